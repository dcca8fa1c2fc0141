import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { picture } from '../server/support.ts';
import { connectTo, pause, startVictim } from './victim.ts';

const red = await picture('red');

async function imageStatus(url: string): Promise<number> {
  const response = await fetch(`${url}/image`, {
    method: 'POST',
    body: red,
    headers: { 'content-type': 'image/jpeg', connection: 'close' },
  });
  await response.text();
  return response.status;
}

test.each([
  ['idle', ''],
  ['in the middle of their headers', 'POST /image HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
  [
    'in the middle of their bodies',
    'POST /image HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx',
  ],
])('more connections than file descriptors, %s, keep nobody out', async (_, sent) => {
  const victim = await startVictim({ models: ['colours'], shell: 'ulimit -n 256' });
  const sockets = [];
  for (let i = 0; i < 400; i++) {
    const socket = await connectTo(victim).catch(() => undefined);
    if (socket === undefined) continue;
    sockets.push(socket);
    if (sent !== '') socket.write(sent);
  }
  await pause(200);
  // From another address, as another client has it.
  const other = await connectTo(victim, '127.0.0.2');
  other.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const [answer] = (await once(other, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  for (const socket of sockets) socket.destroy();
  await pause(200);
  expect(await imageStatus(victim.url)).toBe(200);
  expect(victim.alive()).toBe(true);
});

test('no descriptors at all: the server lives, says so, and answers when there are some', async () => {
  const victim = await startVictim({
    models: ['colours'],
    // Fewer than the server keeps in reserve: every connection beyond the first few meets EMFILE.
    shell: 'ulimit -n 48',
  }).catch((cause: unknown) => String(cause));
  // A system that has too few to start with may say so at the start; it must not be silent.
  if (typeof victim === 'string') {
    expect(victim).toMatch(/EMFILE|file|descriptor/i);
    return;
  }
  const sockets = await Promise.all(
    Array.from({ length: 100 }, () => connectTo(victim).catch(() => undefined)),
  );
  await pause(300);
  for (const socket of sockets) socket?.destroy();
  await pause(300);
  expect(await imageStatus(victim.url)).toBe(200);
  expect(victim.alive()).toBe(true);
});

test('one client cannot hold every connection: another always gets in', async () => {
  const victim = await startVictim({ models: ['colours'], env: { PICTOR_MAX_CONNECTIONS: '64' } });
  for (let i = 0; i < 100; i++) await connectTo(victim);
  for (let i = 0; i < 8; i++) {
    const other = await connectTo(victim, '127.0.0.2');
    other.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await once(other, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  }
  // Neither does the one itself lose its newest.
  expect(await imageStatus(victim.url)).toBe(200);
});

test.runIf(existsSync('/dev/full'))('a full disk under the log costs lines, not the server', async () => {
  const victim = await startVictim({ models: ['colours'], shell: 'exec >/dev/full' });
  for (let i = 0; i < 20; i++) expect(await imageStatus(victim.url)).toBe(200);
  expect(victim.alive()).toBe(true);
});
