import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pictor, workshop } from './support.ts';

/** A service that answers every picture with this status, and counts. */
async function service(status: number): Promise<{ url: string; readonly count: number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume().on('end', () => response.writeHead(status).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`,
    get count() {
      return count;
    },
  };
}

test('cost lines on request, a table and a chart for every step of a sweep, a report', async () => {
  const { picture, path } = await workshop();
  const { url } = await service(200);
  const image = await picture('red.png', 'red');
  const args = ['bench', url, '-i', image, '-n', '4', '-c', '1,2', '--costs', '-o', path('load.svg')];
  const { code, stdout, stderr } = await pictor(args);
  expect(stderr.match(/^cost: {2}\d\.\d{6}$/gm)).toHaveLength(8);
  expect(stdout).toMatch(/min +mean +p50 +p90 +p99 +max/);
  expect(stdout.match(/4 of 4 good answers/g)).toHaveLength(2);
  expect(stdout).toMatch(/^concurrency 2 /m);
  expect(code).toBe(0);
  expect(await readFile(path('load.svg'), 'utf8')).toMatch(/^<svg/);
});

test('answers that are errors are counted by kind, and the exit code is 1', async () => {
  const { picture } = await workshop();
  const { url } = await service(503);
  const { code, stdout } = await pictor(['bench', url, '-i', await picture('red.png', 'red'), '-n', '3']);
  expect(stdout).toMatch(/0 of 3 good answers/);
  expect(stdout).toMatch(/503.*: 3/);
  expect(code).toBe(1);
});

test.each([
  ['a report that is no chart', ['-o', 'load.pdf'], /\.html or \.svg.*load\.pdf/],
  ['a concurrency that is no number', ['-c', 'many'], /--concurrency/],
])('%s is said before anything is sent', async (_, more, message) => {
  const { picture } = await workshop();
  const target = await service(200);
  const { code, stderr } = await pictor([
    'bench',
    target.url,
    '-i',
    await picture('red.png', 'red'),
    ...more,
  ]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
  expect(target.count).toBe(0);
  expect(existsSync('load.pdf')).toBe(false);
});
