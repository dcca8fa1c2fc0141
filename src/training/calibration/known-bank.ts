/**
 * Telling what is like the training pictures from what is not.
 *
 * @module
 */
import { seededRandom, shuffled } from '../data/random.ts';
import { type Bank, fromHalf, toHalf } from '../graph/classifier-graph.ts';
import { innerProducts } from '../graph/inner-products.ts';
import { type Matrix, pickRows, unitRows } from '../matrix.ts';

/** Rows of a bank, at most: with 1280 features 5 MB, and more of them change the distances little. */
const MAX_ROWS = 2048;

/** Which neighbour's distance counts, where there are enough. */
const NEIGHBOUR = 5;

/** Pictures that the answers of a model are compared with, and how far the training pictures lie from each other. */
export interface KnownBank {
  readonly bank: Bank;
  /** Index of the training picture of each row. */
  readonly rows: readonly number[];
  /** Distance of each training picture to its neighbour among the others, itself and its look-alikes left out. */
  readonly distances: Float32Array;
}

/**
 * Chooses the rows of the bank, the same share of every class, and rounds them to 16 bits as the graph has them.
 *
 * @param features of the training pictures
 * @param groups pictures of one group are left out when a distance of one of them is measured
 */
export async function buildBank(
  features: Matrix,
  labels: Int32Array,
  groups: Int32Array,
  seed: number,
): Promise<KnownBank> {
  const rows = chooseRows(labels, seed);
  const unit = unitRows(features);
  const chosen = pickRows(unit, rows);
  for (const [i, value] of chosen.data.entries()) chosen.data[i] = fromHalf(toHalf(value));
  const classes = Int32Array.from(rows, (row) => labels[row] ?? 0);
  const neighbour = Math.max(1, Math.min(NEIGHBOUR, smallestClass(classes) - 1));
  const bank = { rows: chosen.data, classes, neighbour };
  const similarities = await innerProducts(unit, chosen);
  const distances = new Float32Array(features.rows);
  for (let i = 0; i < features.rows; i++) {
    const others: number[] = [];
    for (const [at, row] of rows.entries()) {
      if (groups[row] !== groups[i]) others.push(similarities.data[i * rows.length + at] ?? 0);
    }
    distances[i] = 1 - (kthGreatest(others, neighbour) ?? 0);
  }
  return { bank, rows, distances };
}

/** Distances of other pictures to a bank, as the exported graph computes them, and the class of the nearest row. */
export async function distancesTo(
  { rows, classes, neighbour }: Bank,
  features: Matrix,
): Promise<{ readonly distances: Float32Array; readonly nearest: Int32Array }> {
  const count = classes.length;
  const { data } = await innerProducts(unitRows(features), {
    rows: count,
    columns: features.columns,
    data: rows,
  });
  const distances = new Float32Array(features.rows);
  const nearest = new Int32Array(features.rows);
  for (let i = 0; i < features.rows; i++) {
    const own = data.subarray(i * count, (i + 1) * count);
    distances[i] = 1 - (kthGreatest(own, neighbour) ?? 0);
    let best = 0;
    for (let at = 1; at < count; at++) if ((own[at] ?? 0) > (own[best] ?? 0)) best = at;
    nearest[i] = classes[best] ?? 0;
  }
  return { distances, nearest };
}

/**
 * The distance that a stated share of known pictures stays within.
 *
 * @param distances of known pictures
 * @param share 0..1
 */
export function thresholdFor(distances: Float32Array, share: number): number {
  const sorted = distances.toSorted();
  const at = Math.min(sorted.length - 1, Math.ceil(share * sorted.length));
  return sorted[at] ?? 1;
}

/**
 * Probability that an unknown picture lies farther out than a known one: the area under the ROC curve, by ranks (Mann
 * and Whitney).
 */
export function auroc(known: ArrayLike<number>, unknown: ArrayLike<number>): number {
  const all = [
    ...Array.from(known, (value) => ({ value, unknown: false })),
    ...Array.from(unknown, (value) => ({ value, unknown: true })),
  ].sort((a, b) => a.value - b.value);
  let sum = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && all[end]?.value === all[i]?.value) end++;
    const rank = (i + end + 1) / 2;
    for (; i < end; i++) if (all[i]?.unknown) sum += rank;
  }
  return (sum - (unknown.length * (unknown.length + 1)) / 2) / (known.length * unknown.length);
}

function chooseRows(labels: Int32Array, seed: number): number[] {
  const byClass = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) {
    const own = byClass.get(label);
    if (own) own.push(row);
    else byClass.set(label, [row]);
  }
  if (labels.length <= MAX_ROWS) return [...labels.keys()];
  const share = MAX_ROWS / labels.length;
  return [...byClass]
    .flatMap(([label, rows]) =>
      shuffled(rows, seededRandom(seed, `bank ${label}`)).slice(
        0,
        Math.max(2, Math.floor(rows.length * share)),
      ),
    )
    .sort((a, b) => a - b);
}

function smallestClass(classes: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(...counts.values());
}

/** The k-th greatest value, 1-based. */
export function kthGreatest(values: ArrayLike<number>, k: number): number | undefined {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (best.length === k && value <= (best[k - 1] ?? 0)) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1] ?? 0) < value) at--;
    best.splice(at, 0, value);
    if (best.length > k) best.pop();
  }
  return best.at(k - 1) ?? best.at(-1);
}
