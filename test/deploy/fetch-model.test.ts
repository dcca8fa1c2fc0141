import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fetchModel } from '../../src/deploy/pack/runtime/fetch-model.ts';

const BYTES = Buffer.alloc(100_000, 'model');
const GRAPH = {
  path: 'm.onnx',
  urls: [],
  bytes: BYTES.length,
  sha256: createHash('sha256').update(BYTES).digest('hex'),
};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'pictor-fetch-test-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

test('a server that stalls, before the headers or in the body, is given up on, and nothing is left', async () => {
  const into = await folder();
  const silent = await serve(() => {});
  const halting = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    response.write(BYTES.subarray(0, 500));
  });
  for (const host of [silent, halting]) {
    await expect(fetchModel(`http://${host}/m.onnx`, GRAPH, into, { stallMs: 100 })).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD_FAILED',
      message: expect.stringMatching(/no byte for 0.1 s|not done/),
    });
    expect(await readdir(into)).toEqual([]);
  }
});

test('a server that sends a byte now and then cannot hold a function for ever', async () => {
  const into = await folder();
  const dripping = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await expect(fetchModel(`http://${dripping}/m.onnx`, GRAPH, into, { stallMs: 300 })).rejects.toMatchObject({
    message: expect.stringContaining('not done in'),
  });
  expect(await readdir(into)).toEqual([]);
});

test('user and password travel as a header and appear in no message', async () => {
  const into = await folder();
  let authorization: string | undefined;
  const host = await serve((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(authorization ? 200 : 401).end(BYTES);
  });
  const path = await fetchModel(`http://me:secret@${host}/m.onnx`, GRAPH, into);
  expect(await readdir(into)).toEqual([path.slice(into.length + 1)]);
  expect(authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  const failure: unknown = await fetchModel(
    'http://me:secret@127.0.0.1:1/m?key=hidden',
    GRAPH,
    await folder(),
  ).catch((error: unknown) => error);
  expect(String(failure)).toContain('http://127.0.0.1:1/m');
  expect(String(failure)).not.toMatch(/secret|hidden/);
});

test('two instances at once end with one file', async () => {
  const into = await folder();
  const host = await serve((_, response) => response.end(BYTES));
  const paths = await Promise.all([1, 2, 3].map(() => fetchModel(`http://${host}/m.onnx`, GRAPH, into)));
  expect(new Set(paths).size).toBe(1);
  expect(await readdir(into)).toHaveLength(1);
});
