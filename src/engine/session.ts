import { throwIfAborted } from '../base/bounded.ts';
import { monotonicNow } from '../base/clock.ts';
import { PictorError, toPictorError } from '../errors.ts';
import { inspectHeader } from '../image/inspect.ts';
import { checkMemory, resolveLimits } from '../image/limits.ts';
import { prepareCost } from '../image/prepare.ts';
import type { ImageLimits } from '../image/types.ts';
import type { LocalModel } from '../models/types.ts';
import { type AnswerCache, contentKey } from './cache/answer-cache.ts';
import { Identical, sampleKey } from './cache/identical.ts';
import { Flight, type Patience } from './flight.ts';
import type { ResolvedEngineOptions } from './options.ts';
import type { Job, JobResult, Payload } from './pool/job.ts';
import type { Dispatcher } from './queue/dispatcher.ts';
import type { Recorder } from './stats/recorder.ts';
import type { Inference, InferOptions, Session, SessionState, TensorMap } from './types.ts';
import type { LoadedModel } from './worker/protocol.ts';
import { cloneTensors, tensorBytes } from './worker/tensors.ts';

/** What a session needs of its engine. */
export interface SessionServices {
  readonly options: ResolvedEngineOptions;
  readonly dispatcher: Dispatcher;
  readonly recorder: Recorder;
  readonly cache: AnswerCache;
  /** Unloads the session on the workers, after its running inferences. */
  readonly unload: (session: EngineSession) => Promise<void>;
}

type RunOptions = Pick<InferOptions, 'signal' | 'deadlineMs' | 'client' | 'outputs'>;

/** What one request, or several identical ones, wait for. */
interface Ticket<T> {
  readonly flight: Flight<T>;
  job: Job | undefined;
  /** Keeps others from joining. */
  forget: (() => void) | undefined;
}

let jobs = 0;

/** A model on the workers, as its users see it. */
export class EngineSession implements Session {
  readonly id: number;
  readonly model: LocalModel;
  readonly #services: SessionServices;
  readonly #identical = new Identical<Flight<Inference>>();
  #loaded: LoadedModel | undefined;
  #state: SessionState = { kind: 'loading' };
  #closing: Promise<void> | undefined;

  constructor(id: number, model: LocalModel, services: SessionServices) {
    this.id = id;
    this.model = model;
    this.#services = services;
    this.enter(this.#state);
  }

  get state(): SessionState {
    return this.#state;
  }

  get backend() {
    return this.#graph.backend;
  }

  get inputs() {
    return this.#graph.inputs;
  }

  get outputs() {
    return this.#graph.outputs;
  }

  get limits() {
    return this.#services.options.limits;
  }

  get #graph(): LoadedModel {
    if (this.#loaded === undefined) throw new PictorError('MODEL_NOT_READY');
    return this.#loaded;
  }

  /** Why nothing can be asked of it. */
  closedError(): PictorError {
    return new PictorError('ENGINE_CLOSED', {
      received: `a request to ${this.model.manifest.id} after it was closed`,
    });
  }

  /** Moves on to another state; `closed` is the last one. */
  enter(state: SessionState): void {
    if (this.#state.kind === 'closed') return;
    this.#state = state;
    this.#services.recorder.emit({ type: 'session', model: this.model.manifest.id, state });
  }

  /** The model is loaded and warm on every worker it is meant for. */
  settle(loaded: LoadedModel): void {
    this.#loaded = loaded;
    this.enter({ kind: 'ready', backend: loaded.backend });
  }

  /** A worker has it again after all had lost it. */
  recover(loaded: LoadedModel): void {
    if (this.#state.kind === 'failed' && this.#loaded !== undefined) this.settle(loaded);
  }

  async infer(picture: Uint8Array, options: InferOptions = {}): Promise<Inference> {
    return this.#counted(() => {
      const own = options.limits ? resolveLimits({ ...this.limits, ...options.limits }) : this.limits;
      return this.#answer(picture, own, options);
    }, options);
  }

  async run(feeds: TensorMap, options: RunOptions = {}): Promise<TensorMap> {
    return this.#counted(() => {
      const ticket = this.#ticket<TensorMap>();
      const answer = ticket.flight.join(patience(options));
      const size = { pixels: 0, bytes: tensorBytes(feeds), memory: 0 };
      try {
        this.#submit(ticket, { kind: 'tensors', feeds }, size, options, ({ outputs }) =>
          ticket.flight.done(outputs, cloneTensors),
        );
      } catch (thrown) {
        ticket.flight.failed(toPictorError(thrown));
      }
      return answer;
    }, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#services.unload(this);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Refuses what cannot be tried, and counts how it ends. */
  async #counted<T>(work: () => Promise<T>, options: RunOptions): Promise<T> {
    const { recorder } = this.#services;
    const started = monotonicNow();
    try {
      throwIfAborted(options.signal);
      if (this.#state.kind === 'failed') throw this.#state.error;
      if (this.#state.kind !== 'ready') throw this.closedError();
      checkDeadline(options.deadlineMs);
      const answer = await work();
      recorder.completed(monotonicNow() - started);
      return answer;
    } catch (thrown) {
      const error = toPictorError(thrown, 'INFERENCE_FAILED');
      recorder.failed(error.code);
      throw error;
    }
  }

  async #answer(bytes: Uint8Array, limits: ImageLimits, options: InferOptions): Promise<Inference> {
    const { cache, recorder, options: engine } = this.#services;
    const context = `${this.id}:${options.outputs?.join()}:${options.frame ?? 0}:${Object.values(limits).join()}`;
    const cacheKey = cache.enabled ? contentKey(context, bytes) : undefined;
    const known = cacheKey === undefined ? undefined : cache.get(cacheKey);
    if (known !== undefined) return known;

    const key = engine.singleFlight ? sampleKey(context, bytes) : undefined;
    const running = key === undefined ? undefined : this.#identical.find(key, bytes);
    if (running !== undefined && !running.over) {
      recorder.joined();
      return running.join(patience(options));
    }
    const ticket = this.#ticket<Inference>();
    if (key !== undefined) ticket.forget = this.#identical.add(key, bytes, ticket.flight);
    const answer = ticket.flight.join(patience(options));
    void this.#launch(ticket, bytes, limits, options, cacheKey);
    return answer;
  }

  /** Measures the picture and hands it in; every failure goes to those who wait. */
  async #launch(
    ticket: Ticket<Inference>,
    bytes: Uint8Array,
    limits: ImageLimits,
    options: InferOptions,
    cacheKey: string | undefined,
  ): Promise<void> {
    const { flight } = ticket;
    try {
      const { options: engine } = this.#services;
      const inspected = await inspectHeader(bytes, { limits });
      const { width, height } = inspected.info;
      const memory = prepareCost(inspected, this.model.manifest.input, engine.preprocessing);
      checkMemory(inspected.info, memory, engine.pictureMemory);
      const size = { pixels: width * height, bytes: bytes.byteLength, memory };
      const payload: Payload = { kind: 'picture', bytes, limits, frame: options.frame ?? 0 };
      if (flight.over) return;
      this.#submit(ticket, payload, size, options, (result, job) => {
        if (result.kind !== 'picture') return;
        const answer = this.#inference(result, job);
        if (cacheKey !== undefined) this.#services.cache.set(cacheKey, answer);
        flight.done(answer, shareInference);
      });
    } catch (thrown) {
      flight.failed(toPictorError(thrown, 'INFERENCE_FAILED'));
    }
  }

  #submit<T>(
    ticket: Ticket<T>,
    payload: Payload,
    size: Pick<Job, 'pixels' | 'bytes' | 'memory'>,
    options: RunOptions,
    done: (result: JobResult, job: Job) => void,
  ): void {
    const { flight } = ticket;
    const job: Job = {
      id: ++jobs,
      session: this.id,
      payload,
      outputs: options.outputs,
      client: options.client ?? '',
      ...size,
      get deadlineAt() {
        return flight.deadlineAt;
      },
      get abandoned() {
        return flight.over;
      },
      costMs: 0,
      expectedAt: undefined,
      threads: undefined,
      enqueuedAt: 0,
      dispatchedAt: 0,
      losses: 0,
      done: (result) => done(result, job),
      failed: (error) => flight.failed(error),
    };
    ticket.job = job;
    this.#services.dispatcher.submit(job);
  }

  #ticket<T>(): Ticket<T> {
    const ended = (abandonedBy: PictorError | undefined) => {
      ticket.forget?.();
      if (abandonedBy && ticket.job) this.#services.dispatcher.cancel(ticket.job, abandonedBy);
    };
    const ticket: Ticket<T> = { flight: new Flight<T>(late, ended), job: undefined, forget: undefined };
    return ticket;
  }

  #inference(result: Extract<JobResult, { kind: 'picture' }>, job: Job): Inference {
    const { outputs, picture, placement, decodeMs, inferenceMs, threads } = result;
    const timings = { queue: job.dispatchedAt - job.enqueuedAt, decode: decodeMs, inference: inferenceMs };
    const { recorder } = this.#services;
    recorder.stage('queue', timings.queue);
    recorder.stage('decode', timings.decode);
    recorder.stage('inference', timings.inference);
    return { outputs, picture, placement, timings, threads };
  }
}

function patience({ signal, deadlineMs }: RunOptions): Patience {
  return {
    signal,
    deadlineAt: deadlineMs === undefined ? Number.POSITIVE_INFINITY : monotonicNow() + deadlineMs,
  };
}

function late(): PictorError {
  return new PictorError('DEADLINE_EXCEEDED', {
    fix: 'Try again later, or give it more time',
    retryAfter: 1,
  });
}

/** @throws OPTION_INVALID, DEADLINE_EXCEEDED */
function checkDeadline(deadlineMs: number | undefined): void {
  if (deadlineMs === undefined) return;
  if (typeof deadlineMs !== 'number' || Number.isNaN(deadlineMs)) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a number of milliseconds for deadlineMs',
      received: String(deadlineMs),
    });
  }
  if (deadlineMs <= 0) throw late();
}

function shareInference(answer: Inference): Inference {
  return { ...answer, outputs: cloneTensors(answer.outputs) };
}
