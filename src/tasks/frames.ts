/**
 * Pictures that move: which frames are looked at, and what an answer says of the others.
 *
 * @module
 */
import { monotonicNow } from '../base/clock.ts';
import type { Inference, Session } from '../engine/types.ts';
import { isPictorError } from '../errors.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageSource } from '../image/types.ts';
import { readPicture } from './recognizer.ts';
import type { CallOptions } from './types.ts';

/** Inferences of the frames of one picture; all say how many frames there are and how many were read. */
export interface ReadFrames {
  /** In the order of the frames, at least one. */
  readonly inferences: readonly [Inference, ...Inference[]];
  /** The 0-based number of each inference's frame. */
  readonly numbers: readonly number[];
}

/**
 * Frames spread evenly over an animation, the first and the last among them.
 *
 * @param count frames there are
 * @param wanted at least 1
 */
export function spreadFrames(count: number, wanted: number): number[] {
  if (wanted >= count) return Array.from({ length: count }, (_, i) => i);
  if (wanted === 1) return [0];
  return Array.from({ length: wanted }, (_, i) => Math.round((i * (count - 1)) / (wanted - 1)));
}

/**
 * Runs frames of a picture through a session: all of them where no more are wanted, else spread evenly. Later frames
 * that cannot be decoded, or for which the time to decode one picture is used up, stay unread.
 *
 * @param fallback frames where the call does not say
 * @throws the codes of {@link inferSource}
 */
export async function inferFrames(
  session: Session,
  source: ImageSource,
  call: CallOptions,
  fallback = 1,
): Promise<ReadFrames> {
  const started = monotonicNow();
  const { bytes, options } = await readPicture(session, source, call);
  const first = await session.infer(bytes, options);
  const { frames } = first.picture;
  if (!frames) return { inferences: [first], numbers: [0] };
  const budgetMs = call.limits?.timeoutMs ?? session.limits?.timeoutMs ?? DEFAULT_IMAGE_LIMITS.timeoutMs;
  const inferences: [Inference, ...Inference[]] = [first];
  const numbers = [0];
  let decodingMs = first.timings.decode;
  // Decoders give an animated PNG's first frame only.
  const wanted = first.picture.format === 'png' ? 1 : (call.frames ?? fallback);
  for (const frame of spreadFrames(frames.count, wanted).slice(1)) {
    if (decodingMs > budgetMs) break;
    const { deadlineMs } = options;
    const left = deadlineMs === undefined ? {} : { deadlineMs: deadlineMs - (monotonicNow() - started) };
    const inference = await session.infer(bytes, { ...options, ...left, frame }).catch(unlessUndecodable);
    if (!inference) break;
    inferences.push(inference);
    numbers.push(frame);
    decodingMs += inference.timings.decode;
  }
  const counts = { count: frames.count, read: inferences.length };
  const timings = {
    queue: sum(inferences, 'queue'),
    decode: sum(inferences, 'decode'),
    inference: sum(inferences, 'inference'),
  };
  const [one, ...others] = inferences;
  const told = (inference: Inference): Inference => ({
    ...inference,
    picture: { ...inference.picture, frames: counts },
    timings,
  });
  return { inferences: [told(one), ...others.map(told)], numbers };
}

/** The mean of the scores of frames. */
export function meanScores(frames: readonly ArrayLike<number>[]): Float32Array {
  const mean = new Float32Array(frames[0]?.length ?? 0);
  for (const scores of frames) {
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (scores[i] ?? 0) / frames.length;
  }
  return mean;
}

function unlessUndecodable(error: unknown): undefined {
  if (isPictorError(error) && (error.code === 'IMAGE_CORRUPT' || error.code === 'IMAGE_DECODE_TIMEOUT'))
    return;
  throw error;
}

function sum(inferences: readonly Inference[], stage: 'queue' | 'decode' | 'inference'): number {
  return inferences.reduce((total, { timings }) => total + timings[stage], 0);
}
