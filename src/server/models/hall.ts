import { PictorError, toPictorError } from '../../errors.ts';
import type { Logger } from '../observe/logger.ts';
import type { LoadedModel, ModelLoader, ModelState, ModelStatus, Recognizers, ServedTask } from './types.ts';

export interface HallOptions {
  /** Short ids or paths; the first that does a task is its default. Without any, the loader's defaults. */
  readonly models?: readonly string[] | undefined;
  readonly loader: ModelLoader;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** What `Retry-After` says while a model is not ready, seconds. */
  readonly retryAfterSeconds: number;
  /** Whether a request waits for a model that is on its way (functions) or is told to come back (servers). */
  readonly waitForModels: boolean;
}

/** All served models. */
export interface Hall extends Recognizers {
  /**
   * Loads every model, one after another. Models that fail are shown as failed; the others serve.
   *
   * @throws the first failure, after all were tried
   */
  start(): Promise<void>;
  readonly started: boolean;
  close(): Promise<void>;
}

interface Place {
  readonly reference: string;
  status: ModelState;
  model: LoadedModel | undefined;
  error: PictorError | undefined;
}

const PARTS = {
  classify: 'classifier',
  detect: 'detector',
  tag: 'tagger',
  moderate: 'moderator',
  embed: 'embedder',
} as const satisfies Record<ServedTask, keyof LoadedModel>;

const TASKS = ['classify', 'detect', 'tag', 'moderate', 'embed'] as const satisfies readonly ServedTask[];

type Part<Task extends ServedTask> = NonNullable<LoadedModel[(typeof PARTS)[Task]]>;

/**
 * Opens the hall. Nothing is loaded before `start`.
 *
 * @param options which models, and how to load them
 */
export function createHall(options: HallOptions): Hall {
  const { loader, logger, clock, retryAfterSeconds } = options;
  const stop = new AbortController();
  let places: Place[] = (options.models ?? []).map(newPlace);
  let starting: Promise<void> | undefined;
  let settled = false;

  async function startAll(): Promise<void> {
    if (options.models === undefined || options.models.length === 0) {
      places = (await loader.defaults(stop.signal)).map(newPlace);
    }
    // One after another: loading two models at once doubles the peak of memory for no gain on few cores.
    for (const place of places) await bring(place);
    const failed = places.find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
  }

  async function bring(place: Place): Promise<void> {
    const since = clock();
    place.status = { state: 'loading', since };
    try {
      const model = await loader.load(place.reference, {
        signal: stop.signal,
        onWarming: () => {
          place.status = { state: 'warming', since: clock() };
        },
      });
      if (stop.signal.aborted) {
        await model.close();
        throw new PictorError('ABORTED');
      }
      place.model = model;
      place.status = { state: 'ready', since: clock() };
      logger.info({ model: model.id, ms: clock() - since }, 'model ready');
    } catch (thrown) {
      const error = toPictorError(thrown);
      place.error = error;
      place.status = { state: 'failed', since: clock(), code: error.code, message: error.message };
      logger.error({ model: place.reference, code: error.code, error: error.message }, 'model failed');
    }
  }

  const notReady = (expected: string) =>
    new PictorError('MODEL_NOT_READY', { expected, fix: 'Try again shortly', retryAfter: retryAfterSeconds });

  const isPending = ({ status }: Place) => status.state !== 'ready' && status.state !== 'failed';

  /** The model itself, or the reason why there is none. */
  function opened(place: Place): LoadedModel {
    if (place.model !== undefined) return place.model;
    if (place.error !== undefined) throw place.error;
    throw notReady(`${place.reference} to be loaded`);
  }

  const named = (reference: string) =>
    places.find((place) => place.reference === reference || place.model?.id === reference);

  function unknown(reference: string): PictorError {
    const served = places.map((place) => place.model?.id ?? place.reference).join(', ');
    return new PictorError('MODEL_UNKNOWN', {
      expected: served === '' ? 'a served model' : `one of ${served}`,
      received: reference.slice(0, 100),
    });
  }

  async function settle(): Promise<void> {
    // A failure shows in the states; who waits here wants only the end of it.
    if (options.waitForModels && !settled) await starting?.catch(() => {});
  }

  async function find<Task extends ServedTask>(
    task: Task,
    reference: string | undefined,
  ): Promise<Part<Task>> {
    await settle();
    if (reference !== undefined) {
      const place = named(reference);
      if (place === undefined) {
        if (!settled && places.some(isPending)) throw notReady('the models to be loaded');
        throw unknown(reference);
      }
      const model = opened(place);
      const part = partOf(model, task);
      if (part === undefined) {
        throw new PictorError('MODEL_TASK_MISMATCH', {
          expected: `a model that can ${task}`,
          received: able(model),
        });
      }
      return part;
    }
    for (const place of places) {
      const part = place.model === undefined ? undefined : partOf(place.model, task);
      if (part !== undefined) return part;
    }
    if (!settled) throw notReady('the models to be loaded');
    const failed = places.find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
    const others = places.flatMap(({ model }) => (model === undefined ? [] : [able(model)]));
    throw new PictorError('MODEL_TASK_MISMATCH', {
      expected: `a served model that can ${task}`,
      received: others.join('; ') || 'none',
      fix: 'Start the server with such a model, or ask for what its models can do',
    });
  }

  return {
    start() {
      starting ??= startAll().finally(() => {
        settled = true;
      });
      return starting;
    },
    get started() {
      return settled;
    },
    get ready() {
      return settled && places.length > 0 && places.every(({ status }) => status.state === 'ready');
    },
    list: () => places.map((place) => describe(place, places)),
    classifier: (reference) => find('classify', reference),
    detector: (reference) => find('detect', reference),
    tagger: (reference) => find('tag', reference),
    moderator: (reference) => find('moderate', reference),
    embedder: (reference) => find('embed', reference),
    async session(reference) {
      await settle();
      const place = named(reference);
      if (place === undefined) throw unknown(reference);
      const { id, manifest, session } = opened(place);
      if (session === undefined) throw new PictorError('FEATURE_UNSUPPORTED', { received: id });
      return { id, manifest, session };
    },
    async close() {
      stop.abort(new PictorError('ENGINE_CLOSED'));
      await starting?.catch(() => {});
      for (const place of places) await place.model?.close();
      await loader.close();
    },
  };
}

function newPlace(reference: string): Place {
  return { reference, status: { state: 'absent' }, model: undefined, error: undefined };
}

function partOf<Task extends ServedTask>(model: LoadedModel, task: Task): Part<Task> | undefined {
  return model[PARTS[task]] as Part<Task> | undefined;
}

function able(model: LoadedModel): string {
  const tasks = TASKS.filter((task) => model[PARTS[task]] !== undefined);
  return `${model.id}, which can ${tasks.join(', ') || 'nothing of this kind'}`;
}

function describe(place: Place, places: readonly Place[]): ModelStatus {
  const { reference, status, model } = place;
  const isDefault = (task: ServedTask) =>
    places.find((other) => other.model?.[PARTS[task]] !== undefined) === place;
  return {
    reference,
    id: model?.id ?? reference,
    status,
    ...(model === undefined ? {} : { manifest: model.manifest }),
    defaultFor: TASKS.filter(isDefault),
  };
}
