import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openApp, picture } from '../server/support.ts';

const MIB = 1024 * 1024;

/** Serves one picture with many bytes behind its end, which decoders pass over. */
async function pictureServer(bytes: number): Promise<{ readonly url: string; readonly port: number }> {
  const body = Buffer.concat([await picture('red'), Buffer.alloc(bytes)]);
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/a.jpg`, port };
}

test('pictures of a batch that are fetched count against the memory of all requests, two at a time', async () => {
  const { url, port } = await pictureServer(4 * MIB);
  const limit = 10 * MIB;
  const { app, send } = await openApp({
    urls: { ports: [port], allow: () => true },
    limits: { maxBufferedBytes: limit },
  });
  const requests = Array.from({ length: 16 }, () => ({
    image: { source: { imageUri: url } },
    features: [{ type: 'LABEL_DETECTION' }],
  }));
  const annotate = () =>
    send('/v1/images:annotate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requests }),
    });
  const held: number[] = [];
  const look = async () => {
    const text = await (await send('/metrics')).text();
    held.push(Number(/^pictor_held_body_bytes (\S+)/m.exec(text)?.[1]));
  };

  // 64 MB of pictures pass through 10 MB.
  const alone = await annotate();
  expect(alone.status).toBe(200);
  expect(((await alone.json()) as { responses: object[] }).responses).toHaveLength(16);

  const timer = setInterval(() => void look(), 2);
  const together = await Promise.all([annotate(), annotate(), annotate(), annotate()]);
  clearInterval(timer);
  expect(Math.max(...held)).toBeGreaterThan(MIB);
  expect(Math.max(...held)).toBeLessThanOrEqual(limit);
  // Google's clients know 429 for a server that is full.
  for (const { status } of together) expect([200, 429]).toContain(status);
  await look();
  expect(held.at(-1)).toBe(0);
  expect(app.ready).toBe(true);
});
