import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openS3 } from '../../src/batch/place/s3-client.ts';
import { s3Place } from '../../src/batch/place/s3-place.ts';
import { readSource } from '../../src/batch/plan/read-source.ts';
import { allRows } from '../../src/batch/rows.ts';
import { workOn } from '../../src/batch/work.ts';
import { planFor, stub, temporaryFolder } from './support.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER', AWS_REGION: 'us-east-1' };

let server: S3rver;
let origin: string;
beforeEach(async () => {
  server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: await temporaryFolder(),
    configureBuckets: [{ name: 'shop', configs: [] }],
  });
  const { port } = await server.run();
  origin = `http://127.0.0.1:${port}`;
});
afterEach(() => server.close());

const client = (env: Readonly<Record<string, string>> = {}) =>
  openS3({ ...KEYS, AWS_ENDPOINT_URL_S3: origin, ...env });

/** Stands in front of the server and spoils the first answers. */
async function spoiled(times: number, how: 'fails' | 'cuts') {
  let count = 0;
  const target = new URL(origin);
  const proxy = createServer((incoming, response) => {
    count++;
    if (count <= times && how === 'fails') {
      incoming.resume();
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      return;
    }
    const passed = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        if (count <= times) {
          answer.once('data', (chunk: Buffer) => {
            response.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => response.destroy());
          });
        } else answer.pipe(response);
      },
    );
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  // The signature covers the host: the client keeps the one it signed for.
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => proxy.close(),
    asked: () => count,
  };
}

describe('a bucket', () => {
  test('keeps, lists and gives what was put, over several pages and with names that need care', async () => {
    const s3 = client();
    const names = ['a b.jpg', 'ü&<>.jpg', "it's.jpg", 'x/y/z.png', 'note.txt'];
    for (const name of names) await s3.put('shop', `in/${name}`, Buffer.from(name));
    const found: string[] = [];
    for await (const { key } of s3.list('shop', 'in/')) found.push(key.slice(3));
    expect(found.sort()).toEqual([...names].sort());
    for (const name of names) expect(String(await s3.get('shop', `in/${name}`))).toBe(name);
    expect(String(await s3.get('shop', 'in/note.txt', { range: { start: 1, end: 3 } }))).toBe('ot');
    expect(await s3.get('shop', 'in/none')).toBeUndefined();
    await s3.remove('shop', 'in/note.txt');
    expect(await s3.get('shop', 'in/note.txt')).toBeUndefined();
    const inputs: string[] = [];
    for await (const { uri } of readSource('s3://shop/in/', { s3: async () => s3 })) inputs.push(uri);
    expect(inputs).toHaveLength(4);
  });

  test('takes a file and bounds what it gives', async () => {
    const path = join(await temporaryFolder(), 'list');
    await writeFile(path, Buffer.alloc(300_000, 'x'));
    const s3 = client();
    await s3.putFile('shop', 'big', path);
    expect((await s3.get('shop', 'big'))?.length).toBe(300_000);
    await expect(s3.get('shop', 'big', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });

  test('that is not there, or keys that are none, are one sentence', async () => {
    await expect(client().put('nobody', 'x', Buffer.from('x'))).rejects.toThrow(/expected a bucket nobody/);
    await expect(
      client({ AWS_ACCESS_KEY_ID: '', AWS_SHARED_CREDENTIALS_FILE: '/none', AWS_CONFIG_FILE: '/none' }).get(
        'shop',
        'x',
      ),
    ).rejects.toThrow(/expected credentials for S3.*AWS_ACCESS_KEY_ID/);
  });

  test('that refuses the key is asked once, and says what to check', async () => {
    let asked = 0;
    const refusing = createServer((_, response) => {
      asked++;
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await expect(client({ AWS_ENDPOINT_URL_S3: url }).get('shop', 'x')).rejects.toThrow(
      /403 SignatureDoesNotMatch.*credentials/,
    );
    expect(asked).toBe(1);
    refusing.close();
  });

  test('that fails now and then is asked again', async () => {
    const proxy = await spoiled(2, 'fails');
    const s3 = client();
    await s3.put('shop', 'x', Buffer.from('content'));
    const through = openS3({ ...KEYS, AWS_ENDPOINT_URL_S3: proxy.url });
    expect(String(await through.get('shop', 'x'))).toBe('content');
    expect(proxy.asked()).toBe(3);
    proxy.close();
  });

  test('whose answer is cut off gives the whole or nothing', async () => {
    const s3 = client();
    await s3.put('shop', 'x', Buffer.alloc(50_000, 'y'));
    const proxy = await spoiled(2, 'cuts');
    const through = openS3({ ...KEYS, AWS_ENDPOINT_URL_S3: proxy.url });
    expect((await through.get('shop', 'x'))?.length).toBe(50_000);
    proxy.close();
  });
});

test('a run in a bucket is the same as one in a folder', async () => {
  const place = s3Place(client(), { bucket: 'shop', key: 'tags' });
  const plan = await planFor(place, 45, { gzip: true });
  await workOn({ place, openRecognizer: async () => stub() });
  const rows = [];
  for await (const row of allRows(plan, place)) rows.push(row.i);
  expect(rows).toEqual(Array.from({ length: 45 }, (_, i) => i));
  expect(await place.list('begun-')).toEqual([]);
});
