import type { Engine } from '../../src/engine/types.ts';
import type { LocalModel } from '../../src/models/types.ts';
import { photographs } from '../../test/support/photographs.ts';
import { residentBytes, type Sample, slopeOfSecondHalf } from './memory.ts';

/**
 * Makes an engine, loads a model, runs pictures, kills a worker in the middle of them, and disposes of everything:
 * again and again. Every picture must be answered, every process must end, and nothing may stay behind.
 */
export async function runLifecycles(
  make: () => Engine,
  model: LocalModel,
  { rounds, until }: { readonly rounds: number; readonly until: number },
) {
  const pictures = photographs(12);
  const samples: Sample[] = [];
  let answered = 0;
  let failed = 0;
  let leftBehind = 0;
  let round = 0;
  for (; round < rounds && performance.now() < until; round++) {
    const engine = make();
    const session = await engine.open(model);
    const { pids } = engine.stats().workers;
    const work = pictures.map((picture) => session.infer(picture));
    const victim = pids[round % pids.length];
    if (victim !== undefined) setTimeout(() => process.kill(victim, 'SIGKILL'), round % 40);
    for (const { status } of await Promise.allSettled(work)) {
      if (status === 'fulfilled') answered += 1;
      else failed += 1;
    }
    const all = new Set([...pids, ...engine.stats().workers.pids]);
    // Every other round, the model is unloaded first.
    if (round % 2 === 0) await session.close();
    await engine.close();
    leftBehind += [...all].filter(isAlive).length;
    samples.push({ at: answered, bytes: residentBytes([process.pid]) });
  }
  const memory = slopeOfSecondHalf(samples);
  return {
    ok: failed === 0 && leftBehind === 0 && memory.flat,
    rounds: round,
    complete: round === rounds,
    answered,
    lost: failed,
    leftBehind,
    bytesPerPicture: memory,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
