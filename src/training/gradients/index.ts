/**
 * Every operator that training can go back through.
 *
 * @module
 */
import type { GradientRule } from './rule.ts';
import { clip } from './rules/activation/clip.ts';
import { elu, selu } from './rules/activation/elu.ts';
import { hardSigmoid } from './rules/activation/hard-sigmoid.ts';
import { hardSwish } from './rules/activation/hard-swish.ts';
import { leakyRelu } from './rules/activation/leaky-relu.ts';
import { prelu } from './rules/activation/prelu.ts';
import { relu } from './rules/activation/relu.ts';
import { sigmoid } from './rules/activation/sigmoid.ts';
import { softmax } from './rules/activation/softmax.ts';
import { softplus } from './rules/activation/softplus.ts';
import { tanh } from './rules/activation/tanh.ts';
import { add } from './rules/arithmetic/add.ts';
import { div } from './rules/arithmetic/div.ts';
import { erf } from './rules/arithmetic/erf.ts';
import { exp, log } from './rules/arithmetic/exp.ts';
import { mul } from './rules/arithmetic/mul.ts';
import { negate } from './rules/arithmetic/neg.ts';
import { pow } from './rules/arithmetic/pow.ts';
import { reciprocal } from './rules/arithmetic/reciprocal.ts';
import { sqrt } from './rules/arithmetic/sqrt.ts';
import { sub } from './rules/arithmetic/sub.ts';
import { averagePool } from './rules/pooling/average-pool.ts';
import { globalAveragePool } from './rules/pooling/global-average-pool.ts';
import { globalMaxPool } from './rules/pooling/global-max-pool.ts';
import { lrn } from './rules/pooling/lrn.ts';
import { maxPool } from './rules/pooling/max-pool.ts';
import { reduceMax } from './rules/pooling/reduce-max.ts';
import { reduceMean, reduceSum } from './rules/pooling/reduce-mean.ts';
import { conv } from './rules/product/conv.ts';
import { convTranspose } from './rules/product/conv-transpose.ts';
import { gemm } from './rules/product/gemm.ts';
import { matMul } from './rules/product/mat-mul.ts';
import { concat } from './rules/shape/concat.ts';
import { expand } from './rules/shape/expand.ts';
import { pad } from './rules/shape/pad.ts';
import { reshape } from './rules/shape/reshape.ts';
import { slice } from './rules/shape/slice.ts';
import { split } from './rules/shape/split.ts';
import { transpose } from './rules/shape/transpose.ts';

const RULES: readonly GradientRule[] = [
  conv,
  convTranspose,
  gemm,
  matMul,
  add,
  sub,
  mul,
  div,
  negate,
  pow,
  sqrt,
  exp,
  log,
  erf,
  reciprocal,
  relu,
  clip,
  leakyRelu,
  prelu,
  elu,
  selu,
  sigmoid,
  hardSigmoid,
  hardSwish,
  tanh,
  softplus,
  softmax,
  maxPool,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  reduceMean,
  reduceSum,
  reduceMax,
  lrn,
  reshape,
  transpose,
  concat,
  split,
  slice,
  pad,
  expand,
];

const byOperator = new Map(RULES.flatMap((rule) => rule.operators.map((operator) => [operator, rule])));

/** The rule of an operator of the standard domain; undefined when it has none. */
export function ruleOf(operator: string): GradientRule | undefined {
  return byOperator.get(operator);
}

/** Operators that have a rule. */
export const DIFFERENTIABLE: readonly string[] = [...byOperator.keys()];
