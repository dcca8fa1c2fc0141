import { PictorError, toPictorError } from '../../errors.ts';
import { type BorrowedRecognizer, TASK_NAMES, type TaskName } from '../../tasks/registry.ts';
import type { Logger } from '../observe/logger.ts';
import type { LoadedModel, ModelLoader, ModelState, ModelStatus, Recognizers } from './types.ts';

export interface ServedModelsOptions {
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

/** How soon a model that changed is looked for again, and how rarely at most, milliseconds. */
const RENEW_FIRST_MS = 250;
const RENEW_LONGEST_MS = 15_000;

/** How long a model that was replaced is kept for requests that have asked for it already, milliseconds. */
const FORMER_KEPT_MS = 5_000;

/** Models that are served besides the configured ones, at most: each lies in the memory of every worker. */
const MOST_ADDED = 3;

/** All served models. */
export interface ServedModels extends Recognizers {
  /**
   * Loads every model, one after another. Models that fail are shown as failed; the others serve.
   *
   * @throws the first failure, after all were tried
   */
  start(): Promise<void>;
  readonly started: boolean;
  close(): Promise<void>;
}

interface Entry {
  readonly reference: string;
  /** Served on request, besides the configured ones: only requests that name it get it. */
  readonly added: boolean;
  status: ModelState;
  model: LoadedModel | undefined;
  error: PictorError | undefined;
  renewal: NodeJS.Timeout | undefined;
}

/** Milliseconds after which a server, asked for a model that failed, tries to load it again. A function tries at each call. */
const RETRY_AFTER_MS = 10_000;

/**
 * The models of a server. Nothing is loaded before `start`.
 *
 * @param options which models, and how to load them
 */
export function createServedModels(options: ServedModelsOptions): ServedModels {
  const { loader, logger, clock, retryAfterSeconds } = options;
  const stop = new AbortController();
  let entries: Entry[] = (options.models ?? []).map((reference) => newEntry(reference));
  let starting: Promise<void> | undefined;
  let settled = false;
  let retrying: Promise<void> | undefined;

  async function startAll(): Promise<void> {
    if (options.models === undefined || options.models.length === 0) {
      entries = (await loader.defaults(stop.signal)).map((reference) => newEntry(reference));
    }
    // One after another: loading two models at once doubles the peak of memory for no gain on few cores.
    for (const entry of entries) await bring(entry);
    const failed = entries.find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
  }

  async function bring(entry: Entry): Promise<void> {
    const since = clock();
    entry.status = { state: 'loading', since };
    try {
      const model = await open(entry, () => {
        entry.status = { state: 'warming', since: clock() };
      });
      logger.info({ model: model.id, ms: clock() - since }, 'model ready');
    } catch (thrown) {
      const error = toPictorError(thrown);
      entry.error = error;
      entry.status = { state: 'failed', since: clock(), code: error.code, message: error.message };
      logger.error({ model: entry.reference, code: error.code, error: error.message }, 'model failed');
    }
  }

  async function open(entry: Entry, onWarming: () => void): Promise<LoadedModel> {
    const model = await loader.load(entry.reference, {
      signal: stop.signal,
      onWarming,
      onChanged: (error) => {
        if (entry.model === model) noteChange(entry, error);
      },
    });
    if (stop.signal.aborted) {
      await model.close();
      throw new PictorError('ABORTED');
    }
    entry.model = model;
    entry.error = undefined;
    entry.status = { state: 'ready', since: clock() };
    return model;
  }

  /** What was verified is not what lies there now: says so, and loads what lies there, as soon as it verifies. */
  function noteChange(entry: Entry, { code, message }: PictorError): void {
    if (entry.status.state !== 'changed') {
      logger.warn({ model: entry.reference, code, error: message }, 'model changed while it was served');
    }
    entry.status = { state: 'changed', since: clock(), code, message };
    entry.renewal ??= renewIn(entry, RENEW_FIRST_MS);
  }

  function renewIn(entry: Entry, ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      void renew(entry).then((renewed) => {
        const again = !renewed && !stop.signal.aborted;
        entry.renewal = again ? renewIn(entry, Math.min(RENEW_LONGEST_MS, ms * 2)) : undefined;
      });
    }, ms).unref();
  }

  async function renew(entry: Entry): Promise<boolean> {
    const former = entry.model;
    try {
      const { id } = await open(entry, () => {});
      logger.info({ model: id }, 'model loaded again');
    } catch (thrown) {
      const { code, message } = toPictorError(thrown);
      entry.status = { state: 'changed', since: clock(), code, message };
      return false;
    }
    // Requests that have begun with the former one end with it.
    setTimeout(() => void former?.close().catch(() => {}), FORMER_KEPT_MS).unref();
    return true;
  }

  /** Reloads that are under way, by entry: a second call for one waits for the first. */
  const reloading = new Map<Entry, Promise<boolean>>();

  function reloadOne(entry: Entry): Promise<boolean> {
    const running = reloading.get(entry) ?? renew(entry).finally(() => reloading.delete(entry));
    reloading.set(entry, running);
    return running;
  }

  async function reload(reference: string | undefined): Promise<ModelStatus[]> {
    await starting?.catch(() => {});
    const found = reference === undefined ? undefined : named(reference);
    if (reference !== undefined && found === undefined) throw unknown(reference);
    const wanted = found === undefined ? entries : [found];
    // One after another: two models of each would not fit where one does.
    for (const entry of wanted) await reloadOne(entry);
    return wanted.map((entry) => describe(entry, entries));
  }

  const configured = () => entries.filter(({ added }) => !added);

  let serving: Promise<unknown> = Promise.resolve();

  /** One after another, so that their number stays within its bound. */
  function serveOne(reference: string): Promise<ModelStatus> {
    const turn = serving.then(() => bringOne(reference));
    serving = turn.catch(() => {});
    return turn;
  }

  async function bringOne(reference: string): Promise<ModelStatus> {
    await starting?.catch(() => {});
    const there = named(reference);
    if (there !== undefined) {
      await reloadOne(there);
      return describe(there, entries);
    }
    const entry = newEntry(reference, true);
    await bring(entry);
    if (entry.error !== undefined) throw entry.error;
    const added = entries.filter((other) => other.added);
    const leaving = added.slice(0, Math.max(0, added.length - MOST_ADDED + 1));
    entries = [...entries.filter((other) => !leaving.includes(other)), entry];
    for (const { model } of leaving) {
      setTimeout(() => void model?.close().catch(() => {}), FORMER_KEPT_MS).unref();
    }
    return describe(entry, entries);
  }

  const notReady = (expected: string) =>
    new PictorError('MODEL_NOT_READY', { expected, fix: 'Try again shortly', retryAfter: retryAfterSeconds });

  const isPending = ({ status: { state } }: Entry) =>
    state === 'absent' || state === 'loading' || state === 'warming';

  /** The model itself, or the reason why there is none. */
  function opened(entry: Entry): LoadedModel {
    if (entry.model !== undefined) return entry.model;
    if (entry.error !== undefined) throw entry.error;
    throw notReady(`${entry.reference} to be loaded`);
  }

  const named = (reference: string) =>
    entries.find((entry) => entry.reference === reference || entry.model?.id === reference);

  function unknown(reference: string): PictorError {
    const served = entries.map((entry) => entry.model?.id ?? entry.reference).join(', ');
    return new PictorError('MODEL_UNKNOWN', {
      expected: served === '' ? 'a served model' : `one of ${served}`,
      received: reference.slice(0, 100),
    });
  }

  async function settle(): Promise<void> {
    if (!options.waitForModels) retryFailed(RETRY_AFTER_MS);
    // A failure shows in the states; who waits here wants only the end of it.
    else if (settled) await retryFailed(0);
    else await starting?.catch(() => {});
  }

  /** No failure is for ever: what was missing at the start may be there now. One try at a time, for whoever asks. */
  function retryFailed(afterMs: number): Promise<void> | undefined {
    const isDue = ({ status }: Entry) => status.state === 'failed' && clock() - status.since >= afterMs;
    if (!settled || stop.signal.aborted) return undefined;
    if (retrying === undefined && entries.some(isDue)) {
      retrying = (async () => {
        for (const entry of entries.filter(isDue)) await bring(entry);
      })().finally(() => {
        retrying = undefined;
      });
    }
    return retrying;
  }

  async function find<Name extends TaskName>(
    task: Name,
    reference: string | undefined,
  ): Promise<BorrowedRecognizer<Name>> {
    await settle();
    if (reference !== undefined) {
      const entry = named(reference);
      if (entry === undefined) {
        if (!settled && entries.some(isPending)) throw notReady('the models to be loaded');
        throw unknown(reference);
      }
      const model = opened(entry);
      const ability = model.abilities[task];
      if (ability === undefined) {
        throw new PictorError('MODEL_TASK_MISMATCH', {
          expected: `a model that can ${task}`,
          received: able(model),
        });
      }
      return ability;
    }
    for (const entry of configured()) {
      const ability = entry.model?.abilities[task];
      if (ability !== undefined) return ability;
    }
    if (!settled) throw notReady('the models to be loaded');
    const failed = configured().find(({ error }) => error !== undefined);
    if (failed?.error !== undefined) throw failed.error;
    const others = configured().flatMap(({ model }) => (model === undefined ? [] : [able(model)]));
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
      // A server that is not ready gets no other requests than this one.
      retryFailed(RETRY_AFTER_MS);
      const wanted = configured();
      return settled && wanted.length > 0 && wanted.every(({ status }) => status.state === 'ready');
    },
    list: () => entries.map((entry) => describe(entry, entries)),
    get: find,
    reload,
    serve: serveOne,
    async session(reference) {
      await settle();
      const entry = named(reference);
      if (entry === undefined) throw unknown(reference);
      const { id, manifest, session } = opened(entry);
      if (session === undefined) throw new PictorError('FEATURE_UNSUPPORTED', { received: id });
      return { id, manifest, session };
    },
    async close() {
      stop.abort(new PictorError('ENGINE_CLOSED'));
      await starting?.catch(() => {});
      await retrying;
      for (const entry of entries) {
        clearTimeout(entry.renewal);
        await entry.model?.close();
      }
      await loader.close();
    },
  };
}

function newEntry(reference: string, added = false): Entry {
  return {
    reference,
    added,
    status: { state: 'absent' },
    model: undefined,
    error: undefined,
    renewal: undefined,
  };
}

function able(model: LoadedModel): string {
  const tasks = TASK_NAMES.filter((task) => model.abilities[task] !== undefined);
  return `${model.id}, which can ${tasks.join(', ') || 'nothing of this kind'}`;
}

function describe(entry: Entry, entries: readonly Entry[]): ModelStatus {
  const { reference, status, model } = entry;
  const isDefault = (task: TaskName) =>
    entries.find((other) => !other.added && other.model?.abilities[task] !== undefined) === entry;
  return {
    reference,
    id: model?.id ?? reference,
    status,
    ...(model === undefined ? {} : { manifest: model.manifest }),
    defaultFor: TASK_NAMES.filter(isDefault),
  };
}
