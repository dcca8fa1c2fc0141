/**
 * The session of a function that answers one request at a time: inference in a thread of the same process. The engine's
 * worker processes cost a second start of Node.js and its memory, and what they protect from (a call that hangs while
 * others wait) cannot happen here: the platform ends the whole instance.
 *
 * @module
 */
import { Worker } from 'node:worker_threads';
import { abortError, throwIfAborted } from '../../../base/bounded.ts';
import { disableTelemetry } from '../../../engine/backends/telemetry.ts';
import { cpuQuota } from '../../../engine/cpu-quota.ts';
import type { Inference, InferOptions, Session, SessionState, TensorMap } from '../../../engine/types.ts';
import type { LoadedModel } from '../../../engine/worker/protocol.ts';
import { fromWireError } from '../../../engine/worker/wire-error.ts';
import { PictorError } from '../../../errors.ts';
import { resolveLimits } from '../../../image/limits.ts';
import type { LocalModel } from '../../../models/types.ts';
import { keepMemorySmall } from './small-memory.ts';
import type { FromThread, ThreadSetup, ToThread } from './thread.ts';
import type { PackedFunction } from './types.ts';

/** A model on its way into a thread. */
export interface OpeningSession {
  /** The model on its way. After a failure, another call makes another try. */
  model(): Promise<LocalModel>;
  /** The session, likewise. */
  session(): Promise<Session>;
}

type Answer = Extract<FromThread, { type: 'picture-done' | 'tensors-done' }>;
type Question =
  | Omit<Extract<ToThread, { type: 'picture' }>, 'job' | 'session'>
  | Omit<Extract<ToThread, { type: 'tensors' }>, 'job' | 'session'>;

/** Beside this module, in the sources as in an archive. */
const THREAD = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';

/** A thread that is there, or on its way. */
interface Thread {
  readonly located: Promise<string>;
  readonly loaded: Promise<LoadedModel>;
  /** Whether the model could not be opened. The thread goes on: ending it could end the process. */
  readonly failed: boolean;
  openAgain(): void;
  ask(question: Question, options: Pick<InferOptions, 'signal' | 'deadlineMs'>): Promise<Answer>;
  readonly lost: boolean;
  close(): Promise<void>;
}

/**
 * Starts the thread and opens the model of an archive in it.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 */
export function openThreadSession(packed: PackedFunction, folder: string): OpeningSession {
  disableTelemetry();
  const collect = keepMemorySmall();
  const setup: ThreadSetup = { packed, folder, intraOpThreads: cpuQuota() };
  let thread = startThread(setup);
  /** A thread that was lost is replaced for the next request; one that found no model looks again. */
  const current = () => {
    if (thread.lost) thread = startThread(setup);
    else if (thread.failed) thread.openAgain();
    return thread;
  };
  const model = async (): Promise<LocalModel> => ({
    manifest: packed.manifest,
    path: await current().located,
    origin: 'embedded',
  });
  return {
    model,
    session: async () => {
      const { located, loaded } = current();
      const local: LocalModel = { manifest: packed.manifest, path: await located, origin: 'embedded' };
      return sessionOver(local, await loaded, current, collect);
    },
  };
}

function sessionOver(
  model: LocalModel,
  loaded: LoadedModel,
  current: () => Thread,
  collect: () => void,
): Session {
  let state: SessionState = { kind: 'ready', backend: loaded.backend };
  const close = async () => {
    state = { kind: 'closed' };
    await current().close();
  };
  return {
    model,
    backend: loaded.backend,
    get state() {
      return state;
    },
    inputs: loaded.inputs,
    outputs: loaded.outputs,
    async infer(bytes, options = {}): Promise<Inference> {
      const started = performance.now();
      const question: Question = {
        type: 'picture',
        bytes,
        limits: resolveLimits(options.limits),
        frame: options.frame ?? 0,
        outputs: options.outputs,
      };
      const answer = await current().ask(question, options).finally(collect);
      if (answer.type !== 'picture-done') throw new PictorError('INFERENCE_FAILED');
      const { outputs, picture, placement, decodeMs: decode, inferenceMs: inference } = answer.result;
      const queue = Math.max(0, performance.now() - started - decode - inference);
      return { outputs, picture, placement, timings: { queue, decode, inference } };
    },
    async run(feeds, options = {}): Promise<TensorMap> {
      const answer = await current().ask({ type: 'tensors', feeds, outputs: options.outputs }, options);
      if (answer.type !== 'tensors-done') throw new PictorError('INFERENCE_FAILED');
      return answer.outputs;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function startThread(setup: ThreadSetup): Thread {
  const worker = new Worker(new URL(THREAD, import.meta.url), {
    workerData: setup,
    name: 'pictor-inference',
    execArgv: [],
  });
  let located = waitFor<string>();
  let loaded = waitFor<LoadedModel>();
  let failed = false;
  const jobs = new Map<number, Waiting<Answer>>();
  let nextJob = 1;
  let lost = false;

  /** The platform decides how long the process lives, and a script's ends by itself: once nobody waits. */
  function keepAlive(waiting: boolean): void {
    if (waiting) worker.ref();
    else if (jobs.size === 0) worker.unref();
  }

  function lose(reason: string): void {
    lost = true;
    const error = new PictorError('WORKER_LOST', { received: reason });
    for (const waiting of [located, loaded, ...jobs.values()]) waiting.reject(error);
    jobs.clear();
  }
  worker.on('error', (error: unknown) => lose(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => lose(`exit code ${code}`));
  worker.on('message', (message: FromThread) => {
    if (message.type === 'located') located.resolve(message.path);
    else if (message.type === 'loaded') {
      loaded.resolve(message.model);
      keepAlive(false);
    } else if (message.type === 'open-failed') {
      const error = fromWireError(message.error);
      failed = true;
      located.reject(error);
      loaded.reject(error);
      keepAlive(false);
    } else if ('job' in message) {
      const waiting = jobs.get(message.job);
      jobs.delete(message.job);
      keepAlive(false);
      if (message.type === 'failed') waiting?.reject(fromWireError(message.error));
      else waiting?.resolve(message);
    }
  });

  return {
    get located() {
      return located.promise;
    },
    get loaded() {
      return loaded.promise;
    },
    get failed() {
      return failed;
    },
    openAgain() {
      failed = false;
      located = waitFor<string>();
      loaded = waitFor<LoadedModel>();
      keepAlive(true);
      worker.postMessage({ type: 'open-again' } satisfies ToThread);
    },
    get lost() {
      return lost;
    },
    async ask(question, options) {
      throwIfAborted(options.signal);
      await loaded.promise;
      const job = nextJob++;
      const answer = waitFor<Answer>();
      jobs.set(job, answer);
      keepAlive(true);
      const giveUp = (error: PictorError) => {
        worker.postMessage({ type: 'cancel', job } satisfies ToThread);
        jobs.delete(job);
        keepAlive(false);
        answer.reject(error);
      };
      const stop = whenOver(options, giveUp);
      worker.postMessage({ ...question, job, session: 1 } satisfies ToThread);
      return answer.promise.finally(stop);
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** A promise with its handles, as newer versions of Node.js have it built in. */
interface Waiting<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: PictorError) => void;
}

function waitFor<Value>(): Waiting<Value> {
  let resolve: Waiting<Value>['resolve'] = () => {};
  let reject: Waiting<Value>['reject'] = () => {};
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Whoever needs it may ask later; until then nobody listens.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Calls back once the caller aborts or its deadline passes. Returns a function that stops listening. */
function whenOver(
  { signal, deadlineMs }: Pick<InferOptions, 'signal' | 'deadlineMs'>,
  giveUp: (error: PictorError) => void,
): () => void {
  const onAbort = () => signal && giveUp(abortError(signal));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => giveUp(new PictorError('DEADLINE_EXCEEDED')), Math.max(0, deadlineMs));
  timer?.unref();
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
