import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, onTestFinished } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine, Session } from '../../src/engine/types.ts';
import { PictorError } from '../../src/errors.ts';
import type { LocalModel, ModelStore } from '../../src/models/types.ts';
import { type App, createApp } from '../../src/server/app.ts';
import type { AppOptions } from '../../src/server/app-options.ts';
import { type Listener, type ListenOptions, listen } from '../../src/server/http/listen.ts';
import { type SmallModelName, writeSmallModel } from '../support/small-models.ts';

const SMALL: readonly SmallModelName[] = ['colours', 'halves', 'safety'];

export interface Opened {
  readonly app: App;
  /** Sends a request to the application. */
  send(path: string, init?: RequestInit): Promise<Response>;
}

/** A started application over small models. Closed when the test ends. */
export async function openApp(
  options: AppOptions & {
    readonly wrap?: (session: Session) => Session;
    readonly check?: Engine['check'];
  } = {},
): Promise<Opened> {
  const { wrap = (session) => session, check, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), 'pictor-server-'));
  const models = await Promise.all(SMALL.map((name) => writeSmallModel(folder, name)));
  const app = createApp({
    models: SMALL,
    engine: engineWith(wrap, check),
    store: storeOf(models),
    ...rest,
  });
  onTestFinished(async () => {
    await app.close({ graceMs: 0 });
    await rm(folder, { recursive: true, force: true });
  });
  await app.start();
  const send = (path: string, init?: RequestInit) =>
    app.fetch(new Request(`http://pictor.test${path}`, init));
  return { app, send };
}

/** A picture of one colour. */
export async function picture(
  colour: string,
  { width = 64, height = 48, format = 'jpeg' as 'jpeg' | 'png' } = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format)
    .toBuffer();
}

/** A store that holds exactly these models. */
export function storeOf(models: readonly LocalModel[]): Pick<ModelStore, 'list' | 'resolve' | 'pull'> {
  const resolve = async (reference: string) => {
    const found = models.find(({ manifest }) => manifest.id === reference);
    if (found === undefined) throw new PictorError('MODEL_UNKNOWN', { received: reference });
    return found;
  };
  return {
    resolve,
    pull: resolve,
    list: async () => models.map(({ manifest, path }) => ({ manifest, path, state: 'cached' })),
  };
}

/** One engine for all tests of a file: its worker takes longer to start than a test. */
const shared = createEngine({ workers: 1 });
afterAll(() => shared.close());

function engineWith(
  wrap: (session: Session) => Session,
  check: Engine['check'] = (options) => shared.check(options),
): Engine {
  return {
    prepare: () => shared.prepare(),
    open: async (model, options) => wrap(await shared.open(model, options)),
    check,
    stats: () => shared.stats(),
    subscribe: (listener) => shared.subscribe(listener),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The JSON of an answer, as the type that the test expects. */
export async function jsonOf<Answer>(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

/** Holds every inference until the test lets it go; gives up when the caller does, as the engine does. */
export function createGate() {
  const held: { readonly signal: AbortSignal | undefined; readonly release: () => void }[] = [];
  const watchers: (() => void)[] = [];
  let open = false;
  return {
    /** The inferences that were held, in order. */
    held,
    wrap: (session: Session): Session => ({
      model: session.model,
      backend: session.backend,
      state: session.state,
      inputs: session.inputs,
      outputs: session.outputs,
      run: (feeds, options) => session.run(feeds, options),
      close: () => session.close(),
      [Symbol.asyncDispose]: () => session.close(),
      async infer(bytes, options) {
        const signal = options?.signal;
        if (!open) {
          await new Promise<void>((resolve, reject) => {
            held.push({ signal, release: resolve });
            signal?.addEventListener('abort', () =>
              reject(new PictorError('ABORTED', { cause: signal.reason })),
            );
            for (const watcher of watchers.splice(0)) watcher();
          });
        }
        return session.infer(bytes, options);
      },
    }),
    /** Resolves when that many inferences are or were held. */
    async reached(count: number): Promise<void> {
      while (held.length < count) await new Promise<void>((resolve) => watchers.push(resolve));
    },
    /** Lets everything go, now and from now on. */
    release(): void {
      open = true;
      for (const { release } of held) release();
    },
  };
}

/** An application on a real address. */
export async function openServer(
  options: Parameters<typeof openApp>[0] = {},
  address: ListenOptions = {},
): Promise<Opened & { readonly listener: Listener }> {
  const opened = await openApp(options);
  const listener = await listen(opened.app, { port: 0, ...address });
  onTestFinished(async () => {
    listener.destroy();
    await listener.stop();
  });
  return { ...opened, listener };
}

/** A connection that sends exactly what it is told. */
export function connectTo({ port }: Listener): {
  readonly socket: Socket;
  /** Everything that came, when the server has closed the connection. */
  readonly closed: Promise<string>;
} {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A reset is one way of closing.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
  return { socket, closed };
}
