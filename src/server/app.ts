/**
 * The whole HTTP service as one function, `Request` in, `Response` out.
 *
 * @module
 */
import { resolve } from 'node:path';
import { cpuQuota } from '../engine/cpu-quota.ts';
import { createEngine } from '../engine/engine.ts';
import type { Engine, EngineOptions } from '../engine/types.ts';
import { PictorError } from '../errors.ts';
import { openModelStore } from '../models/store/store.ts';
import { ROUTES } from './api/routes/index.ts';
import { pageRoutes } from './api/routes/pages.ts';
import type { AppOptions } from './app-options.ts';
import { createAdmission } from './http/admission.ts';
import { createBodyMemory } from './http/body-memory.ts';
import type { RequestInfo } from './http/request-info.ts';
import { JobManager } from './jobs/job-manager.ts';

import { annotationKind } from './jobs/kinds/annotation.ts';
import { checkKind, trainingKind } from './jobs/kinds/train.ts';

import { videoKind } from './jobs/kinds/video.ts';
import { DEFAULT_JOB_LIMITS, type JobKind } from './jobs/types.ts';
import { createKeyLimits } from './keys/key-limits.ts';
import { createKeyStore } from './keys/key-store.ts';
import { resolveServerLimits, type ServerLimits } from './limits.ts';
import { IN_PROCESS } from './models/in-process-pixels.ts';
import { createModelLoader } from './models/loader.ts';
import { createServedModels } from './models/served-models.ts';
import type { ModelLoader, Recognizers } from './models/types.ts';
import { type Logger, SILENT_LOGGER } from './observe/logger.ts';
import { createMetrics } from './observe/metrics.ts';
import { createRecentLog } from './observe/recent-log.ts';
import { createPipeline } from './pipeline.ts';
import { createProtocols } from './protocols/registry.ts';
import type { Protocol } from './protocols/types.ts';
import type { RequestContext } from './request-context.ts';
import type { Runtime } from './runtime.ts';
import { createStreams } from './streams/streams.ts';

/** How long `close` waits for requests in progress, milliseconds. */
const GRACE_MS = 25_000;

/** The HTTP application. */
export interface App extends AsyncDisposable {
  /**
   * Answers a request. Never rejects: what goes wrong is an answer with a code from docs/errors.md.
   *
   * @param request with its body unread
   * @param info what is known of the client
   */
  fetch(request: Request, info?: RequestInfo): Promise<Response>;
  /**
   * Verifies, loads and warms the models, once; a second call waits for the first. Requests are answered meanwhile.
   *
   * @throws the first failure, after every model was tried
   */
  start(): Promise<void>;
  /** Whether every model is ready. */
  readonly ready: boolean;
  readonly recognizers: Recognizers;
  /** Long work; absent without `jobs`. */
  readonly jobs: JobManager | undefined;
  /** Whether keys are asked for. */
  readonly auth: 'on' | 'off';
  /**
   * Refuses new work, finishes what was accepted, then gives models and memory back.
   *
   * @param options `graceMs`: after this time requests in progress are cancelled (default 25 000)
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Makes the application. Nothing is loaded before `start`.
 *
 * @throws CONFIG_INVALID
 * @example
 * const app = createApp({ models: ['squeezenet'] });
 * await app.start();
 * const response = await app.fetch(
 *   new Request('http://localhost/image', { method: 'POST', body: JSON.stringify({ picture: base64 }) }),
 * );
 * await response.json(); // { prediction: { cheetah: 83.1, … } }
 */
export function createApp(options: AppOptions = {}): App {
  const { clock = Date.now } = options;
  const recentLog = createRecentLog(options.logger ?? SILENT_LOGGER, clock);
  const { logger } = recentLog;
  const limits = resolveServerLimits(options.limits);
  const keys = createKeyStore({ ...options.keys, clock, logger });
  const models = modelsOf(options, limits, logger);
  const served = createServedModels({
    models: options.models,
    loader: models.loader,
    logger,
    clock,
    retryAfterSeconds: limits.retryAfterSeconds,
    waitForModels: options.waitForModels ?? false,
  });
  const admission = createAdmission(limits);
  const takeOver = (id: string) =>
    served.serve(id).then(
      () => true,
      (thrown: unknown) => {
        logger.error({ model: id, error: String(thrown) }, 'a trained model cannot be served');
        return false;
      },
    );
  const kinds = [trainingKind(takeOver), checkKind(), videoKind(served), annotationKind(served)];
  const jobs = jobsOf(options.jobs, kinds, logger, clock);
  const streams = createStreams(options.streams ?? {}, { recognizers: served, logger, clock });
  const active = new Set<RequestContext>();
  let stopping = false;
  let closing: Promise<void> | undefined;
  const runtime: Runtime = {
    limits,
    logger,
    recentLog,
    clock,
    auth: options.auth ?? (keys.configured ? 'on' : 'off'),
    keys,
    keyLimits: createKeyLimits(clock),
    admission,
    bodyMemory: createBodyMemory(),
    engine: models.engine,
    pixels: models.engine?.pixels ?? IN_PROCESS,
    metrics: createMetrics({ admission, models: () => served.list(), engine: models.engine, jobs, streams }),
    recognizers: served,
    jobs,
    streams,
    trainFolders: (options.jobs?.trainFolders ?? []).map((folder) => resolve(folder)),
    videoFolders: new Map(
      Object.entries(options.jobs?.videoFolders ?? {}).map(([bucket, folder]) => [bucket, resolve(folder)]),
    ),
    urls: options.urls ?? false,
    stopping: () => stopping,
  };
  const answer = createPipeline({
    runtime,
    routes: [...ROUTES, ...pageRoutes(ROUTES)],
    protocols: protocolsOf(options.protocols),
    cors: options.cors,
    allowedHosts: options.allowedHosts,
    basePath: basePathOf(options.basePath),
    active,
  });

  async function closeAll(graceMs: number): Promise<void> {
    stopping = true;
    const jobsClosed = jobs?.close();
    await drained(active, graceMs);
    for (const context of active) context.cancel(new PictorError('SERVER_STOPPING'));
    await jobsClosed;
    await streams.close();
    await served.close();
  }

  const close = ({ graceMs = GRACE_MS }: { readonly graceMs?: number } = {}) => {
    closing ??= closeAll(graceMs);
    return closing;
  };

  return {
    fetch: answer,
    async start() {
      // What was cut off is said at the start, not when the first client asks.
      const [models] = await Promise.allSettled([served.start(), openExisting(jobs, logger)]);
      if (models.status === 'rejected') throw models.reason;
      if (!stopping) streams.start();
    },
    get ready() {
      return served.ready;
    },
    recognizers: served,
    jobs,
    auth: runtime.auth,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** `/vision` for `vision/`; nothing for `/`. */
function basePathOf(given: string | undefined): string | undefined {
  const name = given?.replace(/^\/+|\/+$/g, '');
  return name ? `/${name}` : undefined;
}

interface Models {
  readonly loader: ModelLoader;
  /** Known unless a loader of the caller's stands in for it. */
  readonly engine: Engine | undefined;
}

function modelsOf(options: AppOptions, { image }: ServerLimits, logger: Logger): Models {
  if (options.loader !== undefined) return { loader: options.loader, engine: undefined };
  const given = options.engine;
  const ownsEngine = given === undefined || !isEngine(given);
  // The application's own engine bounds pictures as the application does.
  const engine = ownsEngine ? createEngine({ limits: image, workers: defaultWorkers(), ...given }) : given;
  const store = options.store ?? openModelStore();
  return {
    loader: createModelLoader({ store, engine, ownsEngine, pull: options.pull ?? true, logger }),
    engine,
  };
}

/**
 * One worker for two processors, with both threads inside an inference: each more is 45 to 60 MB of its own, and with two
 * the service does not fit into 256 MB (280 MB at most over 2,000 requests, with one 210 to 218). It costs a tenth of
 * throughput; `workers` decides otherwise.
 */
function defaultWorkers(): number {
  return Math.max(1, Math.floor(cpuQuota() / 2));
}

function isEngine(engine: Engine | EngineOptions): engine is Engine {
  return 'open' in engine;
}

async function openExisting(jobs: JobManager | undefined, logger: Logger): Promise<void> {
  try {
    await jobs?.openExisting();
  } catch (thrown) {
    logger.error({ error: String(thrown) }, 'the jobs of an earlier run cannot be read');
  }
}

function jobsOf(
  input: AppOptions['jobs'],
  own: readonly JobKind[],
  logger: Logger,
  clock: () => number,
): JobManager | undefined {
  if (input === undefined) return undefined;
  const given = Object.entries(input.limits ?? {}).filter(([, value]) => value !== undefined);
  const limits = { ...DEFAULT_JOB_LIMITS, ...Object.fromEntries(given) };
  return new JobManager({
    folder: input.folder,
    kinds: [...own, ...(input.kinds ?? [])],
    limits,
    logger,
    clock,
  });
}

function protocolsOf(wanted: AppOptions['protocols']): Protocol[] {
  if (wanted === undefined) return createProtocols();
  return wanted.flatMap((one) => (typeof one === 'string' ? createProtocols([one]) : [one]));
}

/** Resolves when nothing is in progress or the time is over. */
async function drained(active: ReadonlySet<unknown>, graceMs: number): Promise<void> {
  const end = performance.now() + graceMs;
  while (active.size > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
