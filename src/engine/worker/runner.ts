import type { BufferPool } from '../../base/buffer-pool.ts';
import { monotonicNow } from '../../base/clock.ts';
import { isPictorError, PictorError } from '../../errors.ts';
import { preparePicture } from '../../image/prepare.ts';
import { chooseBackend } from '../backends/choose.ts';
import { createCollector } from './collect.ts';
import { createInferenceLine } from './inference-line.ts';
import { loadModel, type WorkerModel } from './model.ts';
import type { FromRunner, OpenSpec, Post, ToWorker, WorkerSetup } from './protocol.ts';
import { toWireError } from './wire-error.ts';

/** All that a worker does, whatever carries its messages. */
/** How long a decode that nobody waits for may go on before the worker is ended for it, milliseconds. */
const CANCELLED_DECODE_MS = 1_000;

export interface Runner {
  handle(message: Exclude<ToWorker, { type: 'setup' | 'shutdown' | 'pixels' }>): void;
  close(): Promise<void>;
}

/**
 * Decodes and prepares pictures as they come in, and runs them one after the other through their
 * models. While an inference blocks this thread, the next picture is decoded on the decoder's own threads.
 */
export function createRunner(
  setup: WorkerSetup,
  { post, pool }: { readonly post: Post; readonly pool: BufferPool },
): Runner {
  const models = new Map<number, WorkerModel>();
  /** Jobs here that somebody still waits for. */
  const wanted = new Set<number>();
  /** Jobs whose pictures are being decoded. */
  const decoding = new Set<number>();
  const collect = createCollector();
  // The library is loaded while the caller still looks for the model; a failure shows when one is opened.
  const backend = chooseBackend(setup.backend);
  backend.catch(() => {});

  function settle(message: Extract<FromRunner, { job: number }>): void {
    wanted.delete(message.job);
    post(message);
    // Between two inferences only the next job is waiting.
    collect();
  }

  const fail = (job: number, thrown: unknown) =>
    settle({ type: 'failed', job, error: toWireError(thrown, 'INFERENCE_FAILED') });

  const line = createInferenceLine({ wanted, pool, settle, fail });

  async function open(spec: OpenSpec): Promise<void> {
    try {
      const model = await loadModel(await backend, spec);
      models.set(spec.session, model);
      const { inputs, outputs } = model.graph;
      post({
        type: 'loaded',
        session: spec.session,
        model: { backend: (await backend).name, inputs, outputs },
      });
      const inferenceMs = spec.warmUp ? await model.warmUp() : undefined;
      post({ type: 'ready', session: spec.session, inferenceMs });
    } catch (thrown) {
      const model = models.get(spec.session);
      models.delete(spec.session);
      await model?.graph.dispose().catch(() => {});
      post({ type: 'open-failed', session: spec.session, error: toWireError(thrown, 'MODEL_FILE_INVALID') });
    }
  }

  async function close(session: number): Promise<void> {
    const model = models.get(session);
    models.delete(session);
    await model?.graph.dispose().catch(() => {});
    post({ type: 'closed', session });
  }

  function modelOf(session: number): WorkerModel {
    const model = models.get(session);
    if (model === undefined)
      throw new PictorError('INFERENCE_FAILED', { received: 'a session that is closed' });
    return model;
  }

  async function picture(m: Extract<ToWorker, { type: 'picture' }>): Promise<void> {
    decoding.add(m.job);
    try {
      const model = modelOf(m.session);
      const started = monotonicNow();
      const prepared = await preparePicture(m.bytes, model.spec.input, {
        limits: m.limits,
        frame: m.frame,
        pool,
        preprocessing: setup.preprocessing,
      });
      pool.give(m.bytes);
      const decodeMs = monotonicNow() - started;
      const { job, outputs, threads = model.spec.intraOpThreads } = m;
      line.add({ job, outputs, threads, model, prepared, decodeMs });
    } catch (thrown) {
      fail(m.job, thrown);
      // The answer is given, but a thread of the library decodes on.
      if (isPictorError(thrown) && thrown.code === 'IMAGE_DECODE_TIMEOUT') post({ type: 'stuck' });
    } finally {
      decoding.delete(m.job);
    }
  }

  /** Nobody wants the job any more. What is being decoded gets a little time to end by itself. */
  function cancel(job: number): void {
    wanted.delete(job);
    if (!decoding.has(job)) return;
    setTimeout(() => {
      if (decoding.has(job)) post({ type: 'stuck' });
    }, CANCELLED_DECODE_MS);
  }

  async function tensors(m: Extract<ToWorker, { type: 'tensors' }>): Promise<void> {
    try {
      const model = modelOf(m.session);
      await line.exclusively(async () => {
        if (!wanted.has(m.job)) throw new PictorError('ABORTED');
        const started = monotonicNow();
        const session = await model.graph.session(m.threads ?? model.spec.intraOpThreads);
        const outputs = await session.run(m.feeds, m.outputs);
        settle({ type: 'tensors-done', job: m.job, outputs, inferenceMs: monotonicNow() - started });
      });
    } catch (thrown) {
      fail(m.job, thrown);
    }
  }

  return {
    handle(message) {
      if (message.type === 'open') void open(message);
      else if (message.type === 'close') void close(message.session);
      else if (message.type === 'cancel') cancel(message.job);
      else {
        wanted.add(message.job);
        if (message.type === 'picture') void picture(message);
        else void tensors(message);
      }
    },
    async close() {
      await line.exclusively(async () => {
        for (const model of models.values()) await model.graph.dispose().catch(() => {});
        models.clear();
      });
    },
  };
}
