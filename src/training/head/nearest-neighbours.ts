import { innerProducts } from '../graph/inner-products.ts';
import { type Matrix, unitRows } from '../matrix.ts';
import type { TrainingSet } from './types.ts';

/** Votes that count, at most. */
const NEIGHBOURS = 9;

/** Similarities that change a vote by a factor of e, from sharp to soft. */
const TEMPERATURES = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3];

/** Keeps a class without a vote from being impossible. */
const LEAST_SCORE = 1e-3;

/**
 * Votes of the most similar training pictures, weighted by their similarity; how sharply is chosen by log loss on
 * pictures that had no vote on themselves.
 */
export async function fitNeighbours({ features, labels, classes, folds }: TrainingSet): Promise<{
  readonly neighbours: number;
  readonly temperature: number;
  readonly outOfFold: Matrix;
}> {
  const unit = unitRows(features);
  const neighbours = Math.min(NEIGHBOURS, Math.max(1, features.rows - 1));
  const { data, columns } = await innerProducts(unit, unit);
  const best = Array.from({ length: features.rows }, (_, row) => {
    const others = [...labels.keys()].filter((other) => folds[other] !== folds[row]);
    return others
      .map((other) => ({ similarity: data[row * columns + other] ?? 0, label: labels[other] ?? 0 }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, neighbours);
  });
  let chosen = { loss: Number.POSITIVE_INFINITY, temperature: 0.05, scores: new Float32Array() };
  for (const temperature of TEMPERATURES) {
    const scores = new Float32Array(features.rows * classes);
    let loss = 0;
    for (const [row, votes] of best.entries()) {
      const top = votes[0]?.similarity ?? 0;
      const weights = votes.map(({ similarity }) => Math.exp((similarity - top) / temperature));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [i, { label }] of votes.entries()) {
        const at = row * classes + label;
        scores[at] = (scores[at] ?? 0) + (weights[i] ?? 0) / total;
      }
      loss -= Math.log(Math.max(LEAST_SCORE, scores[row * classes + (labels[row] ?? 0)] ?? 0));
    }
    if (loss < chosen.loss) chosen = { loss, temperature, scores };
  }
  return {
    neighbours,
    temperature: chosen.temperature,
    outOfFold: { rows: features.rows, columns: classes, data: chosen.scores },
  };
}
