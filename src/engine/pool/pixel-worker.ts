import type { ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import { abortError, throwIfAborted } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { decodeCost } from '../../image/cost.ts';
import type { AnnotateOptions, Annotation } from '../../image/draw/annotate.ts';
import { inspectHeader } from '../../image/inspect.ts';
import { checkMemory, type ImageOptions, resolveLimits } from '../../image/limits.ts';
import type { CropHint } from '../../image/properties/crop-hints.ts';
import type { ImageProperties } from '../../image/properties/image-properties.ts';
import type { Pixels } from '../pixels.ts';
import { openReceiver, openSender } from '../worker/channel.ts';
import type { PixelResult, PixelWork } from '../worker/pixel-work.ts';
import type { FromWorker, ToWorker } from '../worker/protocol.ts';
import { CHANNEL_FD, spawnWorker } from '../worker/spawn.ts';
import { fromWireError } from '../worker/wire-error.ts';

/** Time that a process gets to start before its work counts as late, milliseconds. */
const START_MS = 5_000;

/** How long a process is kept for the next picture, milliseconds: it takes 60 MB. */
const IDLE_MS = 15_000;

interface Running {
  readonly process: ChildProcess;
  readonly send: (message: ToWorker) => void;
  settle: ((outcome: PixelResult | PictorError) => void) | undefined;
}

/**
 * A process of its own for work on whole pictures, one at a time: whole pictures take a hundred megabytes each. It starts
 * with the first picture, ends when there are none for a while, and is killed with work that is late or that nobody
 * waits for any more: libraries cannot be interrupted, and no model is lost with it.
 */
export class PixelWorker implements Pixels {
  readonly #memory: number;
  #tail: Promise<unknown> = Promise.resolve();
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param memory bytes that one picture may take */
  constructor(memory: number) {
    this.#memory = memory;
  }

  async annotate(
    bytes: Uint8Array,
    annotations: readonly Annotation[],
    { signal, limits, ...options }: ImageOptions & Pick<AnnotateOptions, 'format' | 'quality' | 'fonts'> = {},
  ): Promise<Uint8Array> {
    const result = await this.#inTurn(bytes, { kind: 'annotate', annotations, options }, { signal, limits });
    return result.kind === 'annotate' ? result.picture : unexpected(result);
  }

  async thumbnail(bytes: Uint8Array, side: number, options: ImageOptions = {}): Promise<Uint8Array> {
    const result = await this.#inTurn(bytes, { kind: 'thumbnail', side }, options);
    return result.kind === 'thumbnail' ? result.picture : unexpected(result);
  }

  async imageProperties(
    bytes: Uint8Array,
    { maxColors, ...options }: ImageOptions & { readonly maxColors?: number } = {},
  ): Promise<ImageProperties> {
    const result = await this.#inTurn(bytes, { kind: 'properties', maxColors }, options);
    return result.kind === 'properties' ? result.properties : unexpected(result);
  }

  async cropHints(
    bytes: Uint8Array,
    aspectRatios: readonly number[],
    options: ImageOptions = {},
  ): Promise<readonly CropHint[]> {
    const result = await this.#inTurn(bytes, { kind: 'crop-hints', aspectRatios }, options);
    return result.kind === 'crop-hints' ? result.hints : unexpected(result);
  }

  /** Ends the process, with what it is doing. */
  close(): void {
    clearTimeout(this.#idle);
    this.#running?.process.kill('SIGKILL');
  }

  #inTurn(bytes: Uint8Array, work: PixelWork, options: LooseOptions): Promise<PixelResult> {
    const turn = this.#tail.then(() => this.#run(bytes, work, options));
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async #run(
    bytes: Uint8Array,
    work: PixelWork,
    { signal, limits: given }: LooseOptions,
  ): Promise<PixelResult> {
    throwIfAborted(signal);
    const limits = resolveLimits(given);
    const { info, header } = await inspectHeader(bytes, { limits });
    checkMemory(info, decodeCost(header, 1), this.#memory);
    clearTimeout(this.#idle);
    this.#running ??= this.#start();
    const running = this.#running;
    try {
      return await new Promise<PixelResult>((resolve, reject) => {
        const stop = (error: PictorError) => {
          this.#end(running);
          finish(error);
        };
        const late = () =>
          stop(new PictorError('IMAGE_DECODE_TIMEOUT', { expected: `at most ${limits.timeoutMs} ms` }));
        const timer = setTimeout(late, Math.min(limits.timeoutMs + START_MS, 0x7fff_ffff));
        const onAbort = () => signal && stop(abortError(signal));
        const finish = (outcome: PixelResult | PictorError) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          running.settle = undefined;
          if (outcome instanceof PictorError) reject(outcome);
          else resolve(outcome);
        };
        running.settle = finish;
        signal?.addEventListener('abort', onAbort, { once: true });
        running.send({ type: 'pixels', job: 0, bytes, limits, work });
      });
    } finally {
      this.#idle = setTimeout(() => this.#end(running), IDLE_MS).unref();
    }
  }

  /** The next picture gets another process, also while this one is still dying. */
  #end(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    running.process.kill('SIGKILL');
  }

  #start(): Running {
    const process = spawnWorker();
    const pipe = process.stdio[CHANNEL_FD];
    if (!(pipe instanceof Duplex)) throw new PictorError('INTERNAL', { received: 'a worker without a pipe' });
    const running: Running = { process, send: openSender<ToWorker>(pipe), settle: undefined };
    pipe.on(
      'data',
      openReceiver<FromWorker>((message) => {
        if (message.type === 'pixels-done') running.settle?.(message.result);
        else if (message.type === 'failed') running.settle?.(fromWireError(message.error));
      }),
    );
    pipe.on('error', () => {});
    process.stderr?.resume();
    const gone = (received: string) => {
      if (this.#running === running) this.#running = undefined;
      running.settle?.(new PictorError('WORKER_LOST', { received, retryAfter: 1 }));
    };
    process.once('error', ({ message }) => gone(message));
    process.once('exit', (code, signal) => gone(`it ended with ${signal ?? `exit code ${code}`}`));
    // Whoever waits for an answer keeps the program alive.
    process.unref();
    for (const stream of [pipe, process.stderr]) if (stream && 'unref' in stream) unref(stream);
    return running;
  }
}

interface LooseOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: ImageOptions['limits'] | undefined;
}

function unref(stream: object): void {
  const method: unknown = Reflect.get(stream, 'unref');
  if (typeof method === 'function') method.call(stream);
}

function unexpected({ kind }: PixelResult): never {
  throw new PictorError('INTERNAL', { received: `the result of ${kind}` });
}
