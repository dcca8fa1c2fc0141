/**
 * Figures about answers whose truth is known.
 *
 * @module
 */
import { bestOf, type Matrix, rowOf } from '../matrix.ts';
import { confusionOf } from './confusion.ts';

/** One class on the held-out pictures. */
export interface ClassMeasures {
  readonly label: string;
  /** Pictures of the class. */
  readonly n: number;
  /** Share of the pictures said to be of the class that are; 0 when none was. */
  readonly precision: number;
  /** Share of the class's pictures that were said to be. */
  readonly recall: number;
  readonly f1: number;
}

/** Answers of about the same score: how sure they were and how often right. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly meanScore: number;
  readonly accuracy: number;
}

/** A picture that was taken for something else. */
export interface Mistake {
  readonly name: string;
  readonly label: string;
  readonly predicted: string;
  /** 0..1, of the wrong class. */
  readonly score: number;
}

export interface Measures {
  readonly n: number;
  /** 0..1 */
  readonly top1: number;
  /** 95 % confidence interval of top1 (Wilson). */
  readonly interval: readonly [number, number];
  readonly top5: number;
  /** Mean of the classes' recalls: every class counts the same. */
  readonly balanced: number;
  /** Mean cross-entropy in nats. */
  readonly logLoss: number;
  /** Expected calibration error: mean distance between how sure answers are and how often they are right, 0..1. */
  readonly ece: number;
  readonly perClass: readonly ClassMeasures[];
  /** `[truth][predicted]`, counts; empty for more than 1,000 classes, where `mistakes` say the same. */
  readonly confusion: readonly (readonly number[])[];
  readonly reliability: readonly ReliabilityBin[];
  /** Surest first. */
  readonly mistakes: readonly Mistake[];
}

const BINS = 10;

/**
 * Measures scores against the truth.
 *
 * @param scores 0..1, a row per picture
 * @param truth class of each row
 * @param names of the pictures
 */
export function measure(
  scores: Matrix,
  truth: readonly number[],
  names: readonly string[],
  classes: readonly string[],
): Measures {
  const predicted = truth.map((_, row) => bestOf(rowOf(scores, row)));
  const n = truth.length;
  const right = predicted.filter((label, row) => label === truth[row]).length;
  const confusion = confusionOf(truth, predicted, classes.length);
  const perClass = classMeasures(truth, predicted, classes);
  const present = perClass.filter(({ n: count }) => count > 0);
  const sure = predicted.map((label, row) => scores.data[row * scores.columns + label] ?? 0);
  const reliability = reliabilityOf(
    sure,
    predicted.map((label, row) => label === truth[row]),
  );
  const mistakes = predicted
    .map((label, row) => ({
      name: names[row] ?? '',
      label: classes[truth[row] ?? 0] ?? '',
      predicted: classes[label] ?? '',
      score: sure[row] ?? 0,
      wrong: label !== truth[row],
    }))
    .filter(({ wrong }) => wrong)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .map(({ wrong: _, ...mistake }) => mistake);
  return {
    n,
    top1: right / n,
    interval: wilson(right, n),
    top5: truth.filter((label, row) => rankOf(rowOf(scores, row), label) < 5).length / n,
    balanced: present.reduce((sum, { recall }) => sum + recall, 0) / (present.length || 1),
    logLoss: logLossOf(scores, truth),
    ece: reliability.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.meanScore - bin.accuracy), 0),
    perClass,
    confusion,
    reliability,
    mistakes,
  };
}

/**
 * Wilson's score interval of a share, 95 %.
 *
 * @see Wilson 1927, Journal of the American Statistical Association 22
 */
export function wilson(right: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const share = right / n;
  const middle = share + z ** 2 / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

function classMeasures(
  truth: readonly number[],
  predicted: readonly number[],
  classes: readonly string[],
): ClassMeasures[] {
  const counts = classes.map(() => ({ n: 0, said: 0, hits: 0 }));
  for (const [row, label] of truth.entries()) {
    const answer = predicted[row];
    const own = counts[label];
    const other = answer === undefined ? undefined : counts[answer];
    if (own) own.n++;
    if (other) other.said++;
    if (own && answer === label) own.hits++;
  }
  return classes.map((label, index) => {
    const { n, said, hits } = counts[index] ?? { n: 0, said: 0, hits: 0 };
    return {
      label,
      n,
      precision: said === 0 ? 0 : hits / said,
      recall: n === 0 ? 0 : hits / n,
      f1: said + n === 0 ? 0 : (2 * hits) / (said + n),
    };
  });
}

function reliabilityOf(scores: readonly number[], right: readonly boolean[]): ReliabilityBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const rows = scores.flatMap((score, row) =>
      Math.min(BINS - 1, Math.floor(score * BINS)) === bin ? [row] : [],
    );
    const n = rows.length;
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      n,
      meanScore: n === 0 ? 0 : rows.reduce((sum, row) => sum + (scores[row] ?? 0), 0) / n,
      accuracy: n === 0 ? 0 : rows.filter((row) => right[row]).length / n,
    };
  });
}

function rankOf(scores: Float32Array, label: number): number {
  const own = scores[label] ?? 0;
  let rank = 0;
  for (const [index, score] of scores.entries()) {
    if (score > own || (score === own && index < label)) rank++;
  }
  return rank;
}

function logLossOf({ columns, data }: Matrix, truth: readonly number[]): number {
  const loss = truth.reduce(
    (sum, label, row) => sum - Math.log(Math.max(1e-12, data[row * columns + label] ?? 0)),
    0,
  );
  return loss / (truth.length || 1);
}
