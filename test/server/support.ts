import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Engine, Session } from '../../src/engine/types.ts';
import { PictorError } from '../../src/errors.ts';
import type { LocalModel, ModelStore } from '../../src/models/types.ts';
import { type App, createApp } from '../../src/server/app.ts';
import type { AppOptions } from '../../src/server/app-options.ts';
import { openInProcess } from '../support/in-process-engine.ts';
import { type SmallModelName, writeSmallModel } from '../support/small-models.ts';

const SMALL: readonly SmallModelName[] = ['colours', 'halves', 'safety'];

export interface Opened {
  readonly app: App;
  /** Sends a request to the application. */
  send(path: string, init?: RequestInit): Promise<Response>;
}

/** A started application over small models. Closed when the test ends. */
export async function openApp(
  options: AppOptions & { readonly wrap?: (session: Session) => Session } = {},
): Promise<Opened> {
  const { wrap = (session) => session, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), 'pictor-server-'));
  const models = await Promise.all(SMALL.map((name) => writeSmallModel(folder, name)));
  const app = createApp({
    models: SMALL,
    engine: inProcessEngine(wrap),
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

function inProcessEngine(wrap: (session: Session) => Session): Engine {
  return {
    open: async (model) => wrap(await openInProcess(model)),
    stats() {
      throw new PictorError('FEATURE_UNSUPPORTED');
    },
    subscribe: () => () => {},
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The JSON of an answer, as the type that the test expects. */
export async function jsonOf<Answer>(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}
