/**
 * From the start of a process to its first answer, in a program that does nothing else.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchModel } from '../contenders/contender.ts';
import { ratios, type Spread, spread } from '../statistics.ts';
import type { Settings } from './settings.ts';

const KEYS = ['pictor', 'main-thread', 'transformers'] as const;
const script = fileURLToPath(new URL('cold-start-child.ts', import.meta.url));

export interface ColdStartResult {
  readonly model: string;
  /** Milliseconds. */
  readonly contenders: Readonly<Record<string, Spread>>;
  /** Other contenders against Pictor; above 1, Pictor is first. */
  readonly against: Readonly<Record<string, Spread>>;
}

export async function coldStart(model: BenchModel, settings: Settings): Promise<ColdStartResult> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < settings.rounds * 2; round++) {
    for (const key of KEYS) {
      const time = await start(key, model, settings).catch(() => undefined);
      if (time !== undefined) times.set(key, [...(times.get(key) ?? []), time]);
    }
  }
  const own = times.get('pictor') ?? [];
  return {
    model: model.id,
    contenders: Object.fromEntries([...times].map(([key, values]) => [key, spread(values)])),
    against: Object.fromEntries(
      [...times].filter(([key]) => key !== 'pictor').map(([key, values]) => [key, ratios(values, own)]),
    ),
  };
}

async function start(key: string, model: BenchModel, { pictures, cores }: Settings): Promise<number> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, key, JSON.stringify(model), pictures[0] ?? '', String(cores)],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } },
  );
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data').then(() => performance.now()), ended]);
  await ended;
  if (typeof first !== 'number') throw new Error(`${key} ended before it answered`);
  return first - started;
}
