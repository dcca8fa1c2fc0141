import { once } from 'node:events';
import { expect, test } from 'vitest';
import { connectTo, openServer, picture } from '../support.ts';

const red = await picture('red');

const headOf = (length: number) =>
  `POST /image HTTP/1.1\r\nHost: pictor.test\r\nContent-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;

test('a body that trickles is answered with 408 and cut off, and others are answered meanwhile', async () => {
  const { listener } = await openServer({ limits: { bodyTimeoutMs: 300 } });
  const { socket, closed } = connectTo(listener);
  socket.write(headOf(red.length));
  const trickle = setInterval(() => socket.write(red.subarray(0, 1)), 50);
  try {
    const response = await fetch(`${listener.url}/image`, { method: 'POST', body: red });
    expect(response.status).toBe(200);
    const answer = await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"REQUEST_TIMEOUT"');
  } finally {
    clearInterval(trickle);
  }
  expect((await fetch(`${listener.url}/image`, { method: 'POST', body: red })).status).toBe(200);
});

test('headers that never end are cut off', async () => {
  const { listener } = await openServer({}, { headersTimeoutMs: 300 });
  const { socket, closed } = connectTo(listener);
  socket.write('POST /image HTTP/1.1\r\nHost: pictor.test\r\nX-Slow: ');
  expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  expect((await fetch(`${listener.url}/image`, { method: 'POST', body: red })).status).toBe(200);
});

test('clients that send slowly do not use up the places of the others', async () => {
  const { listener } = await openServer({ limits: { maxInFlight: 2 } });
  const slow = Array.from({ length: 8 }, () => connectTo(listener).socket);
  for (const socket of slow) {
    await once(socket, 'connect');
    socket.write(headOf(red.length));
    socket.write(red.subarray(0, 10));
  }
  for (let i = 0; i < 4; i++) {
    expect((await fetch(`${listener.url}/image`, { method: 'POST', body: red })).status).toBe(200);
  }
});

test('a body that is longer than it may be is refused while it streams, whatever its headers say', async () => {
  const { listener } = await openServer({ limits: { maxBodyBytes: 100_000 } });
  const { socket, closed } = connectTo(listener);
  socket.write('POST /image HTTP/1.1\r\nHost: pictor.test\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `${(20_000).toString(16)}\r\n${'x'.repeat(20_000)}\r\n`;
  const more = setInterval(() => socket.write(chunk), 5);
  try {
    const answer = await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"BODY_TOO_LARGE"');
  } finally {
    clearInterval(more);
  }
});

test('a request without a host or with a broken one is answered, not fatal', async () => {
  const { listener } = await openServer();
  const { socket, closed } = connectTo(listener);
  socket.write('GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n');
  expect(await closed).toMatch(/^HTTP\/1\.1 400 /);
  expect((await fetch(`${listener.url}/healthz`)).status).toBe(200);
});
