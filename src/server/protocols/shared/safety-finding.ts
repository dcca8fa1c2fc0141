import { VERDICT_THRESHOLDS } from '../../../tasks/moderate/moderate.ts';
import type { Moderation, Prediction, Verdict } from '../../../tasks/types.ts';

/** What a content-safety model found, in the one question that it answers: is this picture sexual. */
export interface SafetyFinding {
  readonly verdict: Verdict;
  readonly kind: 'normal' | 'explicit' | 'suggestive';
  /** How sure the model is of `kind`, 0..1. */
  readonly score: number;
  /** The strongest class behind `kind`, as the model names it, e.g. `Porn`. */
  readonly strongest: string;
  /** All classes of the model, best first. */
  readonly classes: readonly Prediction[];
}

const EXPLICIT = new Set(['porn', 'hentai']);
const SUGGESTIVE = new Set(['sexy']);

/** How sure a content-safety model is, 0..1, by group of classes. */
export interface SafetyScores {
  readonly explicit: number;
  readonly suggestive: number;
}

/**
 * Adds up the scores of a moderator's classes by group.
 *
 * @param answer of a moderator
 */
export function safetyScores({ predictions }: Pick<Moderation, 'predictions'>): SafetyScores {
  const total = (group: ReadonlySet<string>) => Math.min(1, sum(membersOf(predictions, group)));
  return { explicit: total(EXPLICIT), suggestive: total(SUGGESTIVE) };
}

/**
 * Says which group of classes decided a verdict.
 *
 * @param answer of a moderator
 */
export function safetyFinding({ verdict, predictions }: Moderation): SafetyFinding {
  const explicit = membersOf(predictions, EXPLICIT);
  const suggestive = membersOf(predictions, SUGGESTIVE);
  const harmful = new Set([...explicit, ...suggestive]);
  const normal = predictions.filter((prediction) => !harmful.has(prediction));
  const found = (kind: SafetyFinding['kind'], members: readonly Prediction[]): SafetyFinding => ({
    verdict,
    kind,
    score: Math.min(1, sum(members)),
    strongest: members[0]?.label ?? '',
    classes: predictions,
  });
  if (verdict === 'pass') return found('normal', normal);
  if (sum(explicit) >= VERDICT_THRESHOLDS.reviewExplicit) return found('explicit', explicit);
  return found('suggestive', suggestive);
}

function membersOf(predictions: readonly Prediction[], group: ReadonlySet<string>): Prediction[] {
  return predictions.filter(({ label }) => group.has(label.toLowerCase()));
}

function sum(predictions: readonly Prediction[]): number {
  return predictions.reduce((total, { score }) => total + score, 0);
}
