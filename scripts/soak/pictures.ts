import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Engine, Session } from '../../src/engine/types.ts';
import { isPictorError } from '../../src/errors.ts';
import type { LocalModel } from '../../src/models/types.ts';
import { photographs } from '../../test/support/photographs.ts';
import { residentBytes, type Sample, slopeOfSecondHalf } from './memory.ts';

export interface PictureSoak {
  readonly pictures: number;
  readonly concurrency: number;
  /** When no more pictures are begun, on the clock of `performance.now`. */
  readonly until: number;
  readonly random: () => number;
}

interface Specimen {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Hash of the right answer; undefined for pictures that cannot have one. */
  answer?: string;
}

/** Requests of which one is answered by a worker's death. */
const KILL_EVERY = 400;
const SHARE_OF_LEAVERS = 0.03;
const SHARE_IN_A_HURRY = 0.03;
/** Nothing takes that long but a request that was lost. */
const LOST_AFTER_MS = 120_000;
const SAMPLE_EVERY_MS = 200;

/**
 * Mixed pictures from many callers, while workers are killed, callers leave, deadlines pass, and every tenth picture is
 * broken. Every answer is compared with the one that the same picture got in peace.
 */
export async function runPictures(make: () => Engine, model: LocalModel, soak: PictureSoak) {
  const { random, pictures, concurrency, until } = soak;
  const engine = make();
  const session = await engine.open(model);
  const specimens = await collect();
  for (const specimen of specimens) {
    if (specimen.kind !== 'broken') specimen.answer = hash(await session.infer(specimen.bytes));
  }

  const outcomes: Record<string, number> = {};
  const count = (what: string) => {
    outcomes[what] = (outcomes[what] ?? 0) + 1;
  };
  const samples: Sample[] = [];
  const ofCaller: Sample[] = [];
  const ofWorkers: Sample[] = [];
  let started = 0;
  let settled = 0;
  let kills = 0;
  const sampler = setInterval(() => {
    const caller = residentBytes([process.pid]);
    const workers = residentBytes(engine.stats().workers.pids);
    ofCaller.push({ at: settled, bytes: caller });
    ofWorkers.push({ at: settled, bytes: workers });
    samples.push({ at: settled, bytes: caller + workers });
  }, SAMPLE_EVERY_MS);

  async function one(specimen: Specimen): Promise<void> {
    const leaver = random() < SHARE_OF_LEAVERS ? new AbortController() : undefined;
    const hurried = leaver === undefined && random() < SHARE_IN_A_HURRY;
    if (leaver) setTimeout(() => leaver.abort(), random() * 60);
    try {
      const answer = await withinReason(
        session.infer(specimen.bytes, {
          client: `client-${Math.floor(random() * 5)}`,
          ...(leaver && { signal: leaver.signal }),
          ...(hurried && { deadlineMs: random() * 200 }),
        }),
      );
      count(specimen.kind === 'broken' || hash(answer) !== specimen.answer ? 'wrong' : 'answered');
    } catch (error) {
      const code = isPictorError(error) ? error.code : String(error);
      if (code === 'LOST') count('lost');
      else if (specimen.kind === 'broken' && code.startsWith('IMAGE_')) count('refused as broken');
      else if (leaver && code === 'ABORTED') count('left');
      else if (hurried && (code === 'DEADLINE_EXCEEDED' || code === 'OVERLOADED')) count('too late');
      else if (leaver && specimen.kind === 'broken') count('left');
      else count(`unexpected ${code}`);
    }
    settled += 1;
  }

  async function caller(): Promise<void> {
    while (started < pictures && performance.now() < until) {
      started += 1;
      if (started % KILL_EVERY === 0) {
        const alive = engine.stats().workers.pids;
        const pid = alive[Math.floor(random() * alive.length)];
        if (pid !== undefined) {
          process.kill(pid, 'SIGKILL');
          kills += 1;
        }
      }
      const specimen = specimens[Math.floor(random() * specimens.length)];
      if (specimen) await one(specimen);
    }
  }

  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(sampler);
  const { retried, workers, inFlight, queue } = engine.stats();
  await engine.close();
  const memory = slopeOfSecondHalf(samples);
  const bad = Object.entries(outcomes).filter(([name]) => /^(lost|wrong|unexpected)/.test(name));
  return {
    ok: bad.length === 0 && memory.flat && inFlight + queue.pictures === 0,
    pictures: settled,
    complete: settled === pictures,
    lost: outcomes['lost'] ?? 0,
    outcomes,
    kills,
    retried,
    restarts: workers.restarts,
    picturesPerSecond: settled / seconds,
    residentBytes: { last: samples.at(-1)?.bytes, most: Math.max(...samples.map(({ bytes }) => bytes)) },
    bytesPerPicture: memory,
    // Where it would come from: workers are killed and start anew, the caller lives on.
    bytesPerPictureOf: { caller: slopeOfSecondHalf(ofCaller), workers: slopeOfSecondHalf(ofWorkers) },
  };
}

/** Photographs as they are, in other formats and sizes, and broken ones. */
async function collect(): Promise<Specimen[]> {
  const specimens: Specimen[] = [];
  for (const [i, jpeg] of photographs(60).entries()) {
    specimens.push({ kind: 'jpeg', bytes: jpeg });
    if (i % 6 === 0) specimens.push({ kind: 'broken', bytes: jpeg.slice(0, jpeg.length / 2) });
    if (i % 12 === 0) specimens.push({ kind: 'broken', bytes: Buffer.from(`not a picture ${i}`) });
    const side = 64 + ((i * 97) % 1200);
    const resized = sharp(jpeg).resize(side, side, { fit: 'inside' });
    if (i % 5 === 1) specimens.push({ kind: 'png', bytes: await resized.png().toBuffer() });
    if (i % 5 === 2) specimens.push({ kind: 'webp', bytes: await resized.webp().toBuffer() });
    if (i % 15 === 3) specimens.push({ kind: 'gif', bytes: await resized.gif().toBuffer() });
    if (i % 15 === 8) specimens.push({ kind: 'tiff', bytes: await resized.tiff().toBuffer() });
    if (i % 5 === 4)
      specimens.push({ kind: 'jpeg', bytes: await resized.jpeg({ progressive: true }).toBuffer() });
  }
  return specimens;
}

type Answer = Awaited<ReturnType<Session['infer']>>;

function hash({ outputs }: Answer): string {
  const sum = createHash('sha256');
  for (const { data } of Object.values(outputs)) sum.update(new Uint8Array(data.buffer));
  return sum.digest('hex');
}

async function withinReason(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject('LOST'), LOST_AFTER_MS);
  });
  try {
    return await Promise.race([work, lost]);
  } finally {
    clearTimeout(timer);
  }
}
