/**
 * Pictures a second and time for one picture, in the caller's own process.
 *
 * @module
 */
import type { BenchModel } from '../contenders/contender.ts';
import { ratios, type Spread, spread } from '../statistics.ts';
import { bareCost, type RunResult, type Subject, startSubject } from '../subject.ts';
import type { Settings } from './settings.ts';
import { top1Of } from './truth.ts';

export interface ContenderFigures {
  readonly name: string;
  readonly version: string;
  /** Share of the labelled photographs whose first answer is right: proof that the same work is timed. */
  readonly top1?: number;
  /** Pictures a second with eight callers. */
  readonly throughput: Spread;
  /** Milliseconds of processor time a picture with eight callers. */
  readonly cpuMs: Spread;
  /** Milliseconds for one picture with one caller: median of each round. */
  readonly latency: Spread;
  /** Of all its processes after the run, MB. */
  readonly memoryMb: number;
}

export interface InProcessResult {
  readonly model: string;
  readonly contenders: Readonly<Record<string, ContenderFigures>>;
  /** Contenders that could not run here, and why. */
  readonly missing: Readonly<Record<string, string>>;
  /** Pictor against each other contender, round by round; above 1 is better. */
  readonly against: Readonly<Record<string, { readonly throughput: Spread; readonly latency: Spread }>>;
  /** Pictor with one worker against each other contender: time for one picture. */
  readonly oneWorker?: Readonly<Record<string, Spread>>;
  /** What nothing can beat, and how near Pictor comes. */
  readonly ceiling?: {
    readonly decodeMs: Spread;
    readonly inferenceMs: Spread;
    readonly throughput: Spread;
    readonly reached: Spread;
  };
}

const CONCURRENCY = 8;

/**
 * Lets contenders take turns on one model.
 *
 * @param model what all of them run
 * @param keys files in `contenders/`; `pictor` among them
 */
export async function inProcess(
  model: BenchModel,
  keys: readonly string[],
  settings: Settings,
  options: { readonly trained: boolean; readonly ceiling: boolean },
): Promise<InProcessResult> {
  const { pictures, rounds, turnMs, log } = settings;
  const missing: Record<string, string> = {};
  const subjects: Subject[] = [];
  for (const key of keys) {
    try {
      subjects.push(await startSubject(key, model, settings));
    } catch (thrown) {
      missing[key] = thrown instanceof Error ? thrown.message : String(thrown);
      log(`  ${key} cannot run here: ${missing[key]}`);
    }
  }
  const accuracy = new Map<string, number>();
  for (const subject of subjects) {
    if (options.trained) accuracy.set(subject.key, await proveCorrect(subject, settings));
    await subject.run(pictures, CONCURRENCY, turnMs / 2);
  }
  const full = new Map<string, RunResult[]>(subjects.map(({ key }) => [key, []]));
  const single = new Map<string, RunResult[]>(subjects.map(({ key }) => [key, []]));
  const floors: { decodeMs: number; inferenceMs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    if (options.ceiling) floors.push(await bareCost(model, pictures, turnMs));
    for (const subject of subjects) {
      full.get(subject.key)?.push(await subject.run(pictures, CONCURRENCY, turnMs));
    }
    for (const subject of subjects) single.get(subject.key)?.push(await subject.run(pictures, 1, turnMs / 2));
    log(`  ${model.id}: round ${round + 1} of ${rounds}`);
  }
  await Promise.all(subjects.map((subject) => subject.close()));

  const contenders: Record<string, ContenderFigures> = {};
  for (const { key, name, version } of subjects) {
    const runs = full.get(key) ?? [];
    const top1 = accuracy.get(key);
    contenders[key] = {
      name,
      version,
      ...(top1 !== undefined && { top1 }),
      throughput: spread(runs.map((run) => (run.pictures * 1000) / run.wallMs)),
      cpuMs: spread(runs.map((run) => run.cpuMs / run.pictures)),
      latency: spread((single.get(key) ?? []).map((run) => medianOf(run.latencies))),
      memoryMb: Math.max(...runs.map((run) => run.memoryMb)),
    };
  }
  return {
    model: model.id,
    contenders,
    missing,
    against: compare(contenders),
    ...oneWorkerAgainst(contenders),
    ...(options.ceiling && { ceiling: ceilingOf(floors, contenders.pictor, settings.cores) }),
  };
}

function compare(contenders: Readonly<Record<string, ContenderFigures>>): InProcessResult['against'] {
  const { pictor, ...others } = contenders;
  if (pictor === undefined) return {};
  return Object.fromEntries(
    Object.entries(others).map(([key, other]) => [
      key,
      {
        throughput: ratios(pictor.throughput.samples, other.throughput.samples),
        latency: ratios(other.latency.samples, pictor.latency.samples),
      },
    ]),
  );
}

function oneWorkerAgainst({
  pictor: _,
  'pictor-one-worker': own,
  ...others
}: Readonly<Record<string, ContenderFigures>>): Pick<InProcessResult, 'oneWorker'> {
  if (own === undefined) return {};
  const latencies = Object.entries(others).map(
    ([key, other]) => [key, ratios(other.latency.samples, own.latency.samples)] as const,
  );
  return { oneWorker: Object.fromEntries(latencies) };
}

function ceilingOf(
  floors: readonly { readonly decodeMs: number; readonly inferenceMs: number }[],
  pictor: ContenderFigures | undefined,
  cores: number,
): NonNullable<InProcessResult['ceiling']> {
  const limits = floors.map(({ decodeMs, inferenceMs }) => (cores * 1000) / (decodeMs + inferenceMs));
  return {
    decodeMs: spread(floors.map(({ decodeMs }) => decodeMs)),
    inferenceMs: spread(floors.map(({ inferenceMs }) => inferenceMs)),
    throughput: spread(limits),
    reached: ratios(pictor?.throughput.samples ?? [], limits),
  };
}

/** A contender that answers nonsense fast is no contender. */
async function proveCorrect(subject: Subject, { pictures, quick }: Settings): Promise<number> {
  const top1 = await top1Of(subject, quick ? pictures.slice(0, 100) : pictures);
  if (top1 < 0.65) throw new Error(`${subject.name} is right on ${(100 * top1).toFixed(0)} % only`);
  return top1;
}

function medianOf(values: readonly number[]): number {
  return spread(values).median;
}
