/**
 * Everything that `npm run bench` measures, in order.
 *
 * @module
 */
import { coldStart } from './cases/cold-start.ts';
import { http } from './cases/http.ts';
import { inProcess } from './cases/in-process.ts';
import { int8 } from './cases/int8.ts';
import { health, overload } from './cases/overload.ts';
import { pictureSize } from './cases/picture-size.ts';
import type { Settings } from './cases/settings.ts';
import { tensorflowJs } from './cases/tensorflow-js.ts';
import type { BenchModel } from './contenders/contender.ts';
import { benchModel, DENSENET, RESNET, SQUEEZENET } from './models.ts';

const made = new Map<string, Promise<BenchModel>>();

function model(recipe: Parameters<typeof benchModel>[0], { folder }: Settings): Promise<BenchModel> {
  const known = made.get(recipe.id) ?? benchModel(recipe, folder);
  made.set(recipe.id, known);
  return known;
}

const ALL = ['pictor', 'pictor-one-worker', 'transformers', 'main-thread', 'opencv'] as const;
const NODE = ['pictor', 'pictor-one-worker', 'transformers', 'main-thread'] as const;

const CASES = {
  squeezenet: async (s: Settings) =>
    inProcess(await model(SQUEEZENET, s), ALL, s, { trained: true, ceiling: true }),
  resnet50: async (s: Settings) =>
    inProcess(await model(RESNET, s), NODE, s, { trained: false, ceiling: false }),
  densenet121: async (s: Settings) =>
    inProcess(await model(DENSENET, s), NODE, s, { trained: false, ceiling: false }),
  tensorflowJs,
  http: async (s: Settings) => http(await model(SQUEEZENET, s), s),
  overload: async (s: Settings) => overload(await model(SQUEEZENET, s), s),
  health: async (s: Settings) => health(await model(DENSENET, s), s),
  coldStart: async (s: Settings) => coldStart(await model(SQUEEZENET, s), s),
  pictureSize: async (s: Settings) => pictureSize(await model(SQUEEZENET, s), s),
  int8: async (s: Settings) => int8(await model(SQUEEZENET, s), s),
} as const;

type CaseName = keyof typeof CASES;

/** What was measured, by case. */
export type Results = { readonly [Name in CaseName]?: Awaited<ReturnType<(typeof CASES)[Name]>> };

export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[];

/** Runs some cases, one after the other. @param names all when absent */
export async function runCases(settings: Settings, names: readonly string[] = CASE_NAMES): Promise<Results> {
  const results: Partial<Record<CaseName, unknown>> = {};
  for (const name of CASE_NAMES) {
    if (!names.includes(name)) continue;
    settings.log(name);
    results[name] = await CASES[name](settings);
  }
  return results as Results;
}
