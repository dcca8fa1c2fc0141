/**
 * From divided pictures to a calibrated classifier in one graph.
 *
 * @module
 */

import { buildBank, distancesTo, thresholdFor } from './calibration/known-bank.ts';
import { probabilities } from './calibration/temperature.ts';
import { classThresholds } from './calibration/thresholds.ts';
import type { SuspectLabel } from './checks/types.ts';
import type { PreparedData, PreparedPicture } from './data/prepare-data.ts';
import { drawFolds } from './data/split.ts';
import type { TappedBackbone } from './features/choose-taps.ts';
import type { Bank, ClassifierSpec } from './graph/classifier-graph.ts';
import { innerProducts } from './graph/inner-products.ts';
import { type FittedHead, fitHead } from './head/fit-head.ts';
import { bestOf, type Matrix, pickRows, rowOf, unitRows } from './matrix.ts';
import type { ClassWeights, HeadKind } from './options.ts';

/** A classifier that is ready to be written. */
export interface FittedModel {
  readonly head: FittedHead;
  readonly bank: Bank;
  /** Distance of each training picture to the others. */
  readonly knownDistances: Float32Array;
  readonly threshold: number;
  readonly thresholds: readonly number[];
  readonly suspects: readonly SuspectLabel[];
  readonly spec: ClassifierSpec;
}

export interface FitOptions {
  readonly head: HeadKind;
  readonly classWeights: ClassWeights;
  readonly knownShare: number;
  readonly seed: number;
  /** Penalty of the version before, where the pictures are nearly the same. */
  readonly around?: number;
  readonly signal?: AbortSignal;
}

/** Cross-validation folds; fewer where each fit is long. */
const FOLDS = 5;
const FEW_FOLDS = 3;
const MANY_PICTURES = 1500;

/** How many times the pictures of another class a class may have before `auto` balances. */
const UNEVEN = 3;

/**
 * Fits head, temperature, thresholds and the bank of known pictures on some rows of the features.
 *
 * @param features a row for each picture of `data`
 * @param rows pictures to learn from
 */
export async function fitModel(
  backbone: Pick<TappedBackbone, 'taps' | 'ranks'>,
  data: Pick<PreparedData, 'classes' | 'pictures'>,
  features: Matrix,
  rows: readonly number[],
  options: FitOptions,
): Promise<FittedModel> {
  const { seed, signal } = options;
  const pictures = rows.flatMap((row) => data.pictures[row] ?? []);
  const set = pickRows(features, rows);
  const labels = Int32Array.from(pictures, ({ classIndex }) => classIndex);
  const classes = data.classes.length;
  const folds = drawFolds(pictures, pictures.length > MANY_PICTURES ? FEW_FOLDS : FOLDS, seed);
  const importance = importanceOf(labels, classes, options.classWeights);
  const head = await fitHead(
    options.head,
    { features: set, labels, classes, folds, importance },
    signal,
    options.around,
  );
  const groups = Int32Array.from(pictures, ({ group }) => group);
  const { bank, distances } = await buildBank(set, labels, groups, seed);
  return {
    head,
    bank,
    knownDistances: distances,
    threshold: thresholdFor(distances, options.knownShare),
    thresholds: classThresholds(head.outOfFold, labels),
    suspects: suspectsOf(head.outOfFold, pictures, data.classes),
    spec: { taps: backbone.taps, ranks: backbone.ranks, classes, head: head.spec, bank },
  };
}

/** Weight of each picture, 1 on average. */
export function importanceOf(labels: Int32Array, classes: number, weights: ClassWeights): Float32Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = [...counts].filter((count) => count > 0);
  const uneven = Math.max(...present) > UNEVEN * Math.min(...present);
  if (weights === 'none' || (weights === 'auto' && !uneven)) return new Float32Array(labels.length).fill(1);
  return Float32Array.from(labels, (label) => labels.length / (present.length * (counts[label] ?? 1)));
}

/** What a fitted model says of features, as its graph would. */
export async function answer(
  { head, bank }: Pick<FittedModel, 'head' | 'bank'>,
  features: Matrix,
  classes: number,
): Promise<{ readonly scores: Matrix; readonly distances: Float32Array; readonly nearest: Int32Array }> {
  const { distances, nearest } = await distancesTo(bank, features);
  const { spec } = head;
  if (spec.kind === 'nearest')
    return { scores: await votes(spec, bank, features, classes), distances, nearest };
  const weights = { rows: classes, columns: features.columns, data: spec.weights };
  const logits = await innerProducts(features, weights);
  for (const [i, value] of logits.data.entries()) logits.data[i] = value + (spec.bias[i % classes] ?? 0);
  return { scores: probabilities(logits), distances, nearest };
}

async function votes(
  { neighbours, temperature }: Extract<FittedHead['spec'], { kind: 'nearest' }>,
  bank: Bank,
  features: Matrix,
  classes: number,
): Promise<Matrix> {
  const count = bank.classes.length;
  const rows = { rows: count, columns: features.columns, data: bank.rows };
  const { data } = await innerProducts(unitRows(features), rows);
  const scores = new Float32Array(features.rows * classes);
  for (let row = 0; row < features.rows; row++) {
    const best = [...bank.classes]
      .map((label, at) => ({ label, similarity: data[row * count + at] ?? 0 }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, neighbours);
    const top = best[0]?.similarity ?? 0;
    const powers = best.map(({ similarity }) => Math.exp((similarity - top) / temperature));
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (const [i, { label }] of best.entries()) {
      const at = row * classes + label;
      scores[at] = (scores[at] ?? 0) + (powers[i] ?? 0) / total;
    }
  }
  return { rows: features.rows, columns: classes, data: scores };
}

/** How sure the others must be that a label is wrong, 0..1. */
const SUSPECT = 0.9;

/**
 * Labels that are likely wrong: pictures that a fit without them gives to another class, surely, and where its own is
 * nearly ruled out (after confident learning, Northcutt et al. 2021, arXiv 1911.00068).
 */
function suspectsOf(
  outOfFold: Matrix,
  pictures: readonly PreparedPicture[],
  classes: readonly string[],
): SuspectLabel[] {
  return pictures
    .flatMap(({ name, classIndex }, row): SuspectLabel[] => {
      const scores = rowOf(outOfFold, row);
      const likely = bestOf(scores);
      const score = scores[likely] ?? 0;
      if (likely === classIndex || score < SUSPECT) return [];
      return [{ name, label: classes[classIndex] ?? '', likely: classes[likely] ?? '', score }];
    })
    .sort((a, b) => b.score - a.score);
}
