import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Session } from '../../../src/engine/types.ts';
import type { AppOptions } from '../../../src/server/app-options.ts';
import { type Opened, openServer } from '../support.ts';

/** The key that the clients of these tests sign with. */
export const KEY = { id: 'AKIDpictortest', secret: 'secret-of-the-test-key' } as const;

export interface Served extends Opened {
  readonly port: number;
  /** e.g. `127.0.0.1:40123` */
  readonly host: string;
}

/** An application with one key, served on loopback. Closed when the test ends. */
export async function serveApp(options: Parameters<typeof openServer>[0] = {}): Promise<Served> {
  const opened = await openServer({ keys: { keys: [KEY] }, ...options });
  const { port } = opened.listener;
  return { ...opened, port, host: `127.0.0.1:${port}` };
}

/** A session whose inferences go through `infer`. */
export function intercepted(session: Session, infer: Session['infer']): Session {
  return {
    model: session.model,
    backend: session.backend,
    state: session.state,
    inputs: session.inputs,
    outputs: session.outputs,
    run: (feeds, options) => session.run(feeds, options),
    infer,
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}

/** A web server with one picture, and the bounds that let a fetch reach it. */
export async function servePicture(bytes: Uint8Array): Promise<{ url: string; urls: AppOptions['urls'] }> {
  const server = createServer((_, response) => response.end(bytes));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/picture.jpg`,
    urls: { ports: [port], allow: (address) => address === '127.0.0.1' },
  };
}

/** A PNG that ends in the middle: its head is fine, its pixels are not there. */
export async function cutOff(): Promise<Buffer> {
  const whole = await sharp({
    create: {
      width: 120,
      height: 90,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .png()
    .toBuffer();
  return whole.subarray(0, whole.byteLength / 2);
}

/** What a rejected call was rejected with. */
export async function rejection(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (thrown) {
    return thrown as Record<string, unknown>;
  }
  throw new Error('the call was expected to fail');
}

/** The same text or bytes with one bit of them changed. */
export function flipBit<Value extends string | Uint8Array>(value: Value, at: number): Value;
export function flipBit(value: string | Uint8Array, at: number): string | Uint8Array {
  if (typeof value !== 'string') {
    const changed = Uint8Array.from(value);
    const index = (at >> 3) % changed.length;
    changed[index] = (changed[index] ?? 0) ^ (1 << (at & 7));
    return changed;
  }
  const index = (at >> 3) % value.length;
  // Seven bits: whatever the character, it becomes another one.
  const code = value.charCodeAt(index) ^ (1 << (at % 7));
  return value.slice(0, index) + String.fromCharCode(code) + value.slice(index + 1);
}
