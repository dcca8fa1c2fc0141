/**
 * Whether a picture may be shown: class scores of a content-safety model, and a verdict.
 *
 * @module
 */

import type { Session } from '../../engine/types.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import { inferFrames } from '../frames.ts';
import { labelsOf, overPictures, type Recognizer, recognizerOf, requireTask } from '../recognizer.ts';
import { classScores, rank } from '../scores.ts';
import type { CallOptions, Moderation, Recognize, Verdict } from '../types.ts';

/**
 * Where a verdict begins. `explicit` is the sum of the scores of Porn and Hentai; `suggestive` is the score of Sexy.
 * Explicit content blocks from 0.7 and asks for a look from 0.3; suggestive content only ever asks for a look.
 */
export const VERDICT_THRESHOLDS = { blockExplicit: 0.7, reviewExplicit: 0.3, reviewSuggestive: 0.7 } as const;

/** Frames of an animation that are judged unless the call says otherwise. */
const MODERATED_FRAMES = 32;

/** A loaded content-safety model. */
export interface Moderator extends Recognizer {
  readonly task: 'moderate';
  readonly labels: readonly LabelRecord[];
  /**
   * Scores and verdict of a picture, or of each picture of an array.
   *
   * @throws IMAGE_*, ABORTED, OVERLOADED, DEADLINE_EXCEEDED, INFERENCE_FAILED
   * @example
   * const { verdict, scores } = await moderator.moderate('upload.jpg');
   * verdict; // 'pass', 'review' or 'block'
   */
  readonly moderate: Recognize<CallOptions, Moderation>;
}

/**
 * The verdict on class scores, by {@link VERDICT_THRESHOLDS}. Class names compare without case.
 *
 * @param scores 0..1 by class name
 */
export function verdictOf(scores: Readonly<Record<string, number>>): Verdict {
  const score = new Map(Object.entries(scores).map(([name, value]) => [name.toLowerCase(), value]));
  const explicit = (score.get('porn') ?? 0) + (score.get('hentai') ?? 0);
  if (explicit >= VERDICT_THRESHOLDS.blockExplicit) return 'block';
  const suggestive = score.get('sexy') ?? 0;
  const doubtful =
    explicit >= VERDICT_THRESHOLDS.reviewExplicit || suggestive >= VERDICT_THRESHOLDS.reviewSuggestive;
  return doubtful ? 'review' : 'pass';
}

interface Judged {
  readonly values: ReturnType<typeof classScores>;
  readonly scores: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
  readonly frame: number;
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, review: 1, block: 2 };

/** The frame with the stricter verdict; of equal ones, that with the more doubtful scores. */
function worse(a: Judged, b: Judged): Judged {
  const difference = SEVERITY[b.verdict] - SEVERITY[a.verdict] || doubt(b.scores) - doubt(a.scores);
  return difference > 0 ? b : a;
}

function doubt(scores: Readonly<Record<string, number>>): number {
  const unsafe = Object.entries(scores).filter(([name]) => /^(porn|hentai|sexy)$/i.test(name));
  return unsafe.reduce((sum, [, score]) => sum + score, 0);
}

/**
 * A moderator over a session.
 *
 * @param session of a model whose task is `moderate`
 * @param close what `close()` does (default: closes the session)
 * @throws MODEL_TASK_MISMATCH, MODEL_MANIFEST_INVALID
 */
export function createModerator(session: Session, close?: () => Promise<void>): Moderator {
  const manifest = session.model.manifest;
  requireTask(manifest, ['moderate']);
  const labels = labelsOf(manifest);
  const moderate = overPictures(
    () => undefined,
    async (image, _, call: CallOptions): Promise<Moderation> => {
      const { inferences, numbers } = await inferFrames(session, image, call, MODERATED_FRAMES);
      const judged = inferences.map(({ outputs }, index): Judged => {
        const values = classScores(outputs, manifest, labels.length);
        const scores = Object.fromEntries(labels.map(({ label }, at) => [label, values[at] ?? 0]));
        return { values, scores, verdict: verdictOf(scores), frame: numbers[index] ?? 0 };
      });
      const { values, scores, verdict, frame } = judged.reduce(worse);
      const { picture, timings } = inferences[0];
      const { frames } = picture;
      const unread = frames !== undefined && frames.read < frames.count;
      return {
        model: manifest.id,
        picture,
        timings,
        verdict: unread && verdict === 'pass' ? 'review' : verdict,
        scores,
        predictions: rank(values, labels, { topK: labels.length, minScore: 0 }),
        ...(frames && { frame }),
      };
    },
  );
  return { ...recognizerOf(session, close), task: 'moderate', labels, moderate };
}
