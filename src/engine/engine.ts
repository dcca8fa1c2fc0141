/**
 * The engine: models on a pool of workers, a fair and bounded line in front of them, and an eye on both.
 *
 * @module
 */

import { dirname, join, relative } from 'node:path';
import { abortError, throwIfAborted } from '../base/bounded.ts';
import { createMemoryBudget } from '../base/memory-budget.ts';
import { PictorError, toPictorError } from '../errors.ts';
import type { LocalModel } from '../models/types.ts';
import { AnswerCache } from './cache/answer-cache.ts';
import { type ResolvedEngineOptions, resolveEngineOptions, type ThreadPolicy } from './options.ts';
import type { Job, JobResult } from './pool/job.ts';
import { PixelWorker } from './pool/pixel-worker.ts';
import { type Loss, WorkerSlot } from './pool/slot.ts';
import type { Opened } from './pool/worker-host.ts';
import { Dispatcher } from './queue/dispatcher.ts';
import { EngineSession } from './session.ts';
import { Recorder } from './stats/recorder.ts';
import type { EngineEvent, EngineStats } from './stats/types.ts';
import type { Engine, EngineOptions, InferOptions, OpenOptions, Session } from './types.ts';
import type { OpenSpec } from './worker/protocol.ts';
import type { VerifiedFile } from './worker/verified-load.ts';

/** Milliseconds that an idle worker gets to unload its models. */
const STOP_GRACE_MS = 10_000;

/**
 * Makes an engine. Its workers start with the first model, and the process may end while it is open.
 *
 * @param options see `EngineOptions`; by default one worker for each processor of the CPU quota
 * @throws OPTION_INVALID
 * @example
 * await using engine = createEngine();
 * await using session = await engine.open(model);
 * const { outputs, timings } = await session.infer(jpegBytes, { deadlineMs: 500 });
 */
export function createEngine(options?: EngineOptions): Engine {
  return new PooledEngine(resolveEngineOptions(options));
}

class PooledEngine implements Engine {
  readonly #options: ResolvedEngineOptions;
  readonly #recorder = new Recorder();
  readonly #cache: AnswerCache;
  readonly #slots: readonly WorkerSlot[];
  readonly #dispatcher: Dispatcher;
  readonly #sessions = new Map<number, EngineSession>();
  readonly pixels: PixelWorker;
  #nextSession = 1;
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedEngineOptions) {
    this.#options = options;
    this.#cache = new AnswerCache(options.cache);
    this.pixels = new PixelWorker(options.pictureMemory);
    const { backend, prefetch, preprocessing, workers } = options;
    const events = {
      ready: (slot: WorkerSlot, session: number, opened: Opened) => this.#ready(slot, session, opened),
      unusable: (slot: WorkerSlot, session: number, error: PictorError) =>
        this.#unusable(slot, session, error),
      settled: (job: Job, outcome: JobResult | PictorError, occupiedMs: number) =>
        this.#settled(job, outcome, occupiedMs),
      lost: (slot: WorkerSlot, jobs: readonly Job[], loss: Loss) => this.#lost(slot, jobs, loss),
    };
    this.#slots = Array.from(
      { length: workers },
      (_, index) =>
        new WorkerSlot(index, { backend, preprocessing }, { niceness: options.workerNiceness, events }),
    );
    this.#dispatcher = new Dispatcher(this.#slots, {
      bounds: options.queue,
      // While one picture is inferred, the next ones are decoded.
      depth: 1 + prefetch,
      memory: createMemoryBudget({ limit: options.pictureMemory, unit: 'bytes of decoded pictures' }),
      inferenceTimeoutMs: options.inferenceTimeoutMs,
      recorder: this.#recorder,
    });
  }

  prepare(): void {
    if (!this.#closing && this.#slots.every(({ sessions }) => sessions === 0)) this.#slots[0]?.prepare();
  }

  async open(model: LocalModel, options: OpenOptions = {}): Promise<Session> {
    const { signal } = options;
    throwIfAborted(signal);
    if (this.#closing) throw closed();
    const session = new EngineSession(this.#nextSession++, model, {
      options: this.#options,
      dispatcher: this.#dispatcher,
      recorder: this.#recorder,
      cache: this.#cache,
      unload: (own) => this.#unload(own),
    });
    this.#sessions.set(session.id, session);
    try {
      await abortable(this.#load(session, options), signal);
    } catch (thrown) {
      const error = toPictorError(thrown, 'MODEL_FILE_INVALID');
      session.enter({ kind: 'failed', error });
      await this.#forget(session);
      throw error;
    }
    return session;
  }

  check({ client = '', deadlineMs = Number.POSITIVE_INFINITY }: InferOptions): void {
    if (!this.#cache.enabled) this.#dispatcher.check(client, deadlineMs);
  }

  stats(): EngineStats {
    const { restarts, joined, ...counted } = this.#recorder.snapshot();
    const { size: pictures, pixels, bytes } = this.#dispatcher.queue;
    return {
      ...counted,
      workers: {
        configured: this.#slots.length,
        alive: this.#slots.filter(({ alive }) => alive).length,
        busy: this.#slots.filter(({ load }) => load > 0).length,
        restarts,
        pids: this.#slots.flatMap(({ pid }) => pid ?? []),
      },
      queue: { pictures, pixels, bytes },
      inFlight: this.#dispatcher.inFlight,
      cache: { ...this.#cache.stats, joined },
      sessions: [...this.#sessions.values()].map(({ model, state }) => ({ model: model.manifest.id, state })),
    };
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.#recorder.subscribe(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #load(session: EngineSession, options: OpenOptions): Promise<void> {
    const { model } = session;
    const policy: ThreadPolicy =
      options.intraOpThreads === undefined
        ? this.#options.threads
        : { kind: 'fixed', threads: options.intraOpThreads };
    this.#dispatcher.addSession(session.id, model.manifest.id, policy);
    const spec: OpenSpec = {
      session: session.id,
      graph: model.path,
      files: verifiedFiles(model),
      extraOutputs: options.extraOutputs ?? [],
      input: model.manifest.input,
      ...threadsOf(policy, this.#options.optimisedGraphs, model),
      warmUp: options.warmUp ?? true,
    };
    const wanted = Math.min(options.workers ?? this.#slots.length, this.#slots.length);
    const slots = [...this.#slots].sort((a, b) => a.sessions - b.sessions).slice(0, Math.max(1, wanted));
    const onWarming = () => {
      if (session.state.kind === 'loading') session.enter({ kind: 'warming' });
    };
    // The first worker finds out whether the model is any good before the others read it, too.
    const [first, ...others] = slots;
    if (first === undefined) throw closed();
    const opened = await first.place(spec, { awaited: true, onWarming });
    if (session.state.kind === 'closed') throw closed();
    session.settle(opened.model);
    // One worker can answer. The others follow while it does; a model that they cannot hold does without them.
    for (const slot of others) slot.place(spec, { awaited: false, onWarming }).catch(() => {});
  }

  #ready(slot: WorkerSlot, session: number, { model, inferenceMs }: Opened): void {
    this.#recorder.emit({ type: 'worker-up', worker: slot.index, backend: model.backend });
    this.#recorder.emit({ type: 'model-usable', session, worker: slot.index });
    this.#sessions.get(session)?.recover(model);
    if (inferenceMs !== undefined) this.#dispatcher.expect(session, inferenceMs);
    this.#dispatcher.pump();
  }

  /** A worker that replaced another one cannot open the model. It tries again; the others answer meanwhile. */
  #unusable(slot: WorkerSlot, id: number, error: PictorError): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    const { id: model } = session.model.manifest;
    this.#recorder.emit({ type: 'model-unusable', model, session: id, worker: slot.index, error });
    if (this.#slots.some((one) => one.canRun(id) || (one.has(id) && one.isOpening(id)))) return;
    const unready = new PictorError('MODEL_NOT_READY', {
      expected: `the model ${model} as it was verified`,
      received: error.message,
      retryAfter: 1,
      cause: error,
    });
    session.enter({ kind: 'failed', error: unready });
    this.#dispatcher.drop(unready, id);
  }

  #settled(job: Job, outcome: JobResult | PictorError, occupiedMs: number): void {
    const failed = outcome instanceof PictorError;
    this.#dispatcher.release(job, failed ? undefined : occupiedMs);
    // The worker gets its next job before this one's answer is looked at.
    this.#dispatcher.pump();
    if (failed) job.failed(outcome);
    else job.done(outcome);
  }

  #lost(slot: WorkerSlot, jobs: readonly Job[], loss: Loss): void {
    const { reason, restartInMs } = loss;
    if (this.#closing) {
      this.#dispatcher.abandon(jobs, closed());
      return;
    }
    this.#recorder.emit({ type: 'worker-lost', worker: slot.index, reason, restartInMs });
    this.#dispatcher.reclaim(jobs, loss);
  }

  async #unload(session: EngineSession): Promise<void> {
    session.enter({ kind: 'closed' });
    this.#dispatcher.drop(session.closedError(), session.id);
    await this.#dispatcher.drained(session.id);
    await this.#forget(session);
  }

  async #forget({ id }: EngineSession): Promise<void> {
    this.#sessions.delete(id);
    await Promise.all(this.#slots.map((slot) => slot.remove(id)));
    this.#dispatcher.removeSession(id);
  }

  async #end(): Promise<void> {
    for (const session of this.#sessions.values()) session.enter({ kind: 'closed' });
    this.#dispatcher.drop(closed());
    this.pixels.close();
    await this.#dispatcher.drained();
    await Promise.all(this.#slots.map((slot) => slot.stop(STOP_GRACE_MS)));
    this.#sessions.clear();
    this.#cache.clear();
  }
}

/** The files of a model, at their places beside its graph. */
function verifiedFiles({ manifest, path }: LocalModel): VerifiedFile[] {
  const home = dirname(manifest.files[0]?.path ?? '');
  return manifest.files.map((file, i) => ({
    path: i === 0 ? path : join(dirname(path), relative(home, file.path)),
    sha256: file.sha256,
  }));
}

/** Bytes of a model from which on it pays to keep its optimised graph. */
const WORTH_KEEPING = 1024 * 1024;

/** Bytes of a model up to which it may be in a worker's memory once for each number of threads. */
const SMALL = 32 * 1024 * 1024;

function threadsOf(
  policy: ThreadPolicy,
  folder: string | undefined,
  { manifest }: LocalModel,
): Pick<OpenSpec, 'intraOpThreads' | 'sharing'> {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const keeps = folder !== undefined && bytes >= WORTH_KEEPING;
  return {
    intraOpThreads: policy.kind === 'fixed' ? policy.threads : policy.most,
    sharing: { copies: policy.kind === 'by-load' && bytes <= SMALL, ...(keeps && { folder }) },
  };
}

function closed(): PictorError {
  return new PictorError('ENGINE_CLOSED', { fix: 'Make a new engine' });
}

/** Waits no longer than the signal allows; the work goes on, unobserved. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {});
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
