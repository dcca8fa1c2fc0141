/**
 * Multinomial logistic regression with an L2 penalty that cross-validation chooses.
 *
 * @module
 */
import { floatsOf, type RunningGraph, runGraph } from '../graph/run-graph.ts';
import { bestOf, type Matrix } from '../matrix.ts';
import { type Evaluation, minimize } from './lbfgs.ts';
import { reduceColumns } from './reduce-columns.ts';
import { OBJECTIVE, softmaxObjective } from './softmax-objective.ts';
import { foldScaling, scalingOf, standardized } from './standardize.ts';

/** One penalty of the path, judged on pictures that the fit had not seen. */
export interface PathPoint {
  readonly lambda: number;
  /** Mean cross-entropy in nats. */
  readonly logLoss: number;
  /** 0..1. */
  readonly accuracy: number;
}

export interface LogisticFit {
  /** `[classes, features]`, on the features as they are: the scaling is folded in. */
  readonly weights: Float32Array;
  /** `[classes]` */
  readonly bias: Float32Array;
  readonly lambda: number;
  readonly path: readonly PathPoint[];
  /** `[pictures, classes]`: logits of each picture from the fit that had not seen its fold. */
  readonly outOfFold: Matrix;
}

export interface LogisticOptions {
  readonly classes: number;
  /** Fold that each picture is held out in. */
  readonly folds: Int32Array;
  /** Importance of each picture in the loss. */
  readonly importance: Float32Array;
  /** Penalty of an earlier fit of nearly the same pictures: only it and its neighbours are tried. */
  readonly around?: number;
  readonly signal?: AbortSignal;
}

/** From strong to weak; a path ends when the loss has risen twice. */
const LAMBDAS = [0.05, 0.0125, 3e-3, 8e-4, 2e-4, 5e-5, 1.2e-5, 3e-6, 8e-7, 2e-7];

/**
 * Fits the head. For each fold, the path of penalties is walked from strong to weak, each fit starting from the last;
 * the penalty with the lowest log loss on held-out pictures wins (accuracy would choose penalties that make answers far
 * too sure), and the whole set is fitted with it.
 *
 * @param features one row per picture
 * @param labels class of each row
 */
export async function fitLogistic(
  features: Matrix,
  labels: Int32Array,
  options: LogisticOptions,
): Promise<LogisticFit> {
  const { classes, folds, importance, around, signal } = options;
  const scaling = scalingOf(features);
  const reduced = await reduceColumns(standardized(features, scaling));
  const x = reduced.features;
  await using graph = await runGraph(softmaxObjective(x, labels, classes));
  const problem: Problem = { graph, classes, columns: x.columns, labels, signal };
  const foldCount = 1 + folds.reduce((most, fold) => Math.max(most, fold), 0);
  const starts: Float64Array[] = Array.from(
    { length: foldCount },
    () => new Float64Array(classes * (x.columns + 1)),
  );
  const path: PathPoint[] = [];
  let best: { point: PathPoint; logits: Float32Array } | undefined;
  let risen = 0;
  for (const lambda of around === undefined ? LAMBDAS : [4 * around, around, around / 4]) {
    const logits = new Float32Array(labels.length * classes);
    for (const [fold, start] of starts.entries()) {
      const trained = importance.map((value, row) => (folds[row] === fold ? 0 : value));
      const { point } = await solve(problem, trained, lambda, start, ROUGH);
      starts[fold] = point;
      const all = await logitsOf(problem, point, trained);
      for (const [row, own] of folds.entries()) {
        if (own !== fold) continue;
        logits.set(all.subarray(row * classes, (row + 1) * classes), row * classes);
      }
    }
    const point = { lambda, ...judge(logits, labels, classes, importance) };
    path.push(point);
    if (best === undefined || point.logLoss < best.point.logLoss) {
      best = { point, logits };
      risen = 0;
    } else if (++risen === 2) break;
  }
  const lambda = best?.point.lambda ?? 1;
  const { point } = await solve(problem, importance, lambda, meanOf(starts), FINE);
  const split = classes * x.columns;
  return {
    ...foldScaling(reduced.restore(point.subarray(0, split), classes), point.subarray(split), scaling),
    lambda,
    path,
    outOfFold: { rows: labels.length, columns: classes, data: best?.logits ?? new Float32Array() },
  };
}

/** How well a fit of a fold must converge, and the final one. */
const ROUGH = { maxSteps: 60, tolerance: 1e-3 };
const FINE = { maxSteps: 300, tolerance: 1e-4 };

interface Problem {
  readonly graph: RunningGraph;
  readonly classes: number;
  readonly columns: number;
  readonly labels: Int32Array;
  readonly signal: AbortSignal | undefined;
}

async function solve(
  problem: Problem,
  importance: Float32Array,
  lambda: number,
  start: Float64Array,
  effort: { readonly maxSteps: number; readonly tolerance: number },
) {
  const { graph, classes, columns, signal } = problem;
  const split = classes * columns;
  const total = importance.reduce((sum, value) => sum + value, 0) || 1;
  const shares = importance.map((value) => value / total);
  const evaluate = async (point: Float64Array): Promise<Evaluation> => {
    const outputs = await graph.run(feeds(problem, point, shares), [
      OBJECTIVE.loss,
      OBJECTIVE.weightGradient,
      OBJECTIVE.biasGradient,
    ]);
    const gradient = new Float64Array(point.length);
    gradient.set(floatsOf(outputs, OBJECTIVE.weightGradient), 0);
    gradient.set(floatsOf(outputs, OBJECTIVE.biasGradient), split);
    let penalty = 0;
    for (let i = 0; i < split; i++) {
      const value = point[i] ?? 0;
      penalty += value * value;
      gradient[i] = (gradient[i] ?? 0) + lambda * value;
    }
    const loss = floatsOf(outputs, OBJECTIVE.loss)[0] ?? 0;
    return { value: (lambda / 2) * penalty - loss, gradient };
  };
  // The gradient shrinks with the penalty: what counts is how far the weights still are from where they go.
  const tolerance = effort.tolerance * Math.min(1, Math.max(lambda * 10, 1e-2));
  return minimize(start, evaluate, { ...effort, tolerance, ...(signal && { signal }) });
}

async function logitsOf(problem: Problem, point: Float64Array, importance: Float32Array) {
  const outputs = await problem.graph.run(feeds(problem, point, importance), [OBJECTIVE.logits]);
  return floatsOf(outputs, OBJECTIVE.logits);
}

function feeds({ classes, columns, labels }: Problem, point: Float64Array, importance: Float32Array) {
  const split = classes * columns;
  const tensor = (data: Float32Array, dims: readonly number[]) => ({ type: 'float32' as const, dims, data });
  return {
    [OBJECTIVE.weights]: tensor(Float32Array.from(point.subarray(0, split)), [classes, columns]),
    [OBJECTIVE.bias]: tensor(Float32Array.from(point.subarray(split)), [classes]),
    [OBJECTIVE.importance]: tensor(importance, [labels.length, 1]),
  };
}

function meanOf(points: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(points[0]?.length ?? 0);
  for (const point of points) {
    for (const [i, value] of point.entries()) result[i] = (result[i] ?? 0) + value / points.length;
  }
  return result;
}

/** Weighted log loss and plain accuracy. */
export function judge(
  logits: Float32Array,
  labels: Int32Array,
  classes: number,
  importance?: Float32Array,
): { readonly logLoss: number; readonly accuracy: number } {
  let loss = 0;
  let weight = 0;
  let right = 0;
  for (const [row, label] of labels.entries()) {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const best = bestOf(own);
    const top = own[best] ?? 0;
    let sum = 0;
    for (const value of own) sum += Math.exp(value - top);
    const share = importance?.[row] ?? 1;
    loss += share * (Math.log(sum) + top - (own[label] ?? 0));
    weight += share;
    if (best === label) right++;
  }
  return { logLoss: loss / (weight || 1), accuracy: right / (labels.length || 1) };
}
