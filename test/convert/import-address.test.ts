import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { importModel } from '../../src/convert/import-model.ts';
import { inspectModel } from '../../src/convert/inspect-model.ts';
import { writeTorchZip } from './pytorch/torch-writers.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pictor-address-'));
  vi.stubEnv('PICTOR_HOME', home);
  vi.stubEnv('PICTOR_OFFLINE', '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const tensor = (name: string, ...shape: readonly number[]) => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01),
});

/** P-Net of MTCNN. */
const MODEL = writeTorchZip([
  ...[3, 10, 16].flatMap((inputs, i) => {
    const [out = 1, n] = [[10, 16, 32][i], i + 1];
    return [
      tensor(`conv${n}.weight`, out, inputs, 3, 3),
      tensor(`conv${n}.bias`, out),
      tensor(`prelu${n}.weight`, out),
    ];
  }),
  tensor('conv4_1.weight', 2, 32, 1, 1),
  tensor('conv4_1.bias', 2),
]);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends the model; the first `cuts` answers with a body end in the middle. */
function sending(cuts: number, asked: string[]): RequestListener {
  let left = cuts;
  return ({ headers: { range } }, response) => {
    asked.push(range ?? 'all');
    const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const to = range?.endsWith('0-0') ? 1 : MODEL.length;
    response.writeHead(range ? 206 : 200, {
      'content-length': to - from,
      etag: '"1"',
      ...(range && { 'content-range': `bytes ${from}-${to - 1}/${MODEL.length}` }),
    });
    if (to > 1 && left-- > 0) {
      response.write(MODEL.subarray(from, Math.floor((from + to) / 2)));
      setTimeout(() => response.destroy(), 50);
    } else response.end(MODEL.subarray(from, to));
  };
}

test('a file at an address is imported, and continued where its connection broke', async () => {
  const asked: string[] = [];
  const host = await serve(sending(1, asked));
  const { manifest } = await importModel(`http://user:secret@${host}/files/pnet.pt?download=true`);
  expect(manifest).toMatchObject({ id: 'pnet', title: expect.stringMatching(/P-Net/) });
  expect(JSON.stringify(manifest)).not.toContain('secret');
  expect(asked.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
  expect(await readdir(join(home, 'imports'))).toEqual([]);
});

test('a file at an address is inspected', async () => {
  const host = await serve(sending(0, []));
  expect(await inspectModel(`http://${host}/pnet.pt`)).toMatchObject({
    file: 'pnet.pt',
    recipe: 'mtcnn-pnet',
  });
  expect(await readdir(join(home, 'imports'))).toEqual([]);
});

test.each([
  [
    'a page where a model belongs',
    200,
    '<!doctype html><html>Log in</html>',
    /CONVERT_FORMAT_UNKNOWN|MODEL_DOWNLOAD_FAILED/,
  ],
  [
    'a page that somebody called a model',
    200,
    `\x89HDF\r\n\x1a\n${'<html>'.repeat(20)}`,
    /CONVERT_INPUT_INVALID/,
  ],
  ['nothing', 404, 'no', /MODEL_DOWNLOAD_FAILED/],
])('%s is one error, and leaves nothing', async (_, status, text, code) => {
  const host = await serve((_request, response) => {
    const type = text.startsWith('<') ? 'text/html' : 'application/octet-stream';
    const body = Buffer.from(text, 'latin1');
    response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
  });
  await expect(importModel(`http://${host}/model.h5`)).rejects.toMatchObject({
    code: expect.stringMatching(code),
  });
  const left = await readdir(join(home, 'imports'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});
