import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import type { Tensor } from '../../../src/engine/types.ts';
import { elements, floatValues } from '../../../src/models/onnx/values.ts';
import type { FeatureTap } from '../../../src/training/fine-tune/types.ts';
import { cutPoints, lastBlocks } from '../../../src/training/graph/cut-points.ts';
import { floatBackbone } from '../../../src/training/graph/float-backbone.ts';
import { STEP } from '../../../src/training/graph/head-nodes.ts';
import { inferShapes } from '../../../src/training/graph/shapes.ts';
import { trainableConstants } from '../../../src/training/graph/trainable.ts';
import { trainingGraph } from '../../../src/training/graph/training-graph.ts';

const CLASSES = 5;
const PICTURES = 2;

/** What a network's gradient was compared with. */
export interface Directional {
  /** Slope of the loss along the gradient, by the gradient graph. */
  readonly analytic: number;
  /** The same, by central differences of the loss. */
  readonly numeric: number;
  readonly loss: number;
  readonly parameters: number;
  /** Operators of the trained part. */
  readonly after: string;
}

/**
 * Compares the gradient of a whole network with the loss at two points on the line along it.
 *
 * @param weights `own` keeps the network's; `random` draws them as He et al. (2015) do, for models without any
 */
export async function directionalDerivative(
  bytes: Uint8Array,
  taps: readonly FeatureTap[],
  item: readonly number[],
  options: { readonly layers: 'all' | 'last'; readonly weights: 'own' | 'random'; readonly step?: number },
): Promise<Directional> {
  const backbone = await floatBackbone(
    bytes,
    taps.map(({ tensor }) => tensor),
    item,
  );
  const shapes = await inferShapes(backbone);
  const { graph } = backbone.model;
  const trained = trainableConstants(graph);
  const cuts = cutPoints(graph, backbone.input, shapes(1), trained);
  const after = (options.layers === 'all' ? cuts[0] : lastBlocks(cuts))?.tensor ?? '';
  const step = trainingGraph({ backbone, taps, classes: CLASSES, after, trained, shapes: shapes(PICTURES) });
  const session = await (await loadNativeBackend()).load(step.model, { intraOpThreads: 1 });
  const random = gaussian();
  const own = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const values = new Map<string, Float32Array>();
  for (const { name, dims } of step.parameters) {
    const constant = own.get(name);
    const fan = elements(dims.slice(1));
    values.set(
      name,
      constant && options.weights === 'own'
        ? floatValues(constant).slice()
        : Float32Array.from({ length: elements(dims) }, () =>
            dims.length > 1 && fan > 1
              ? random() * Math.sqrt(1.4 / fan)
              : /scale/.test(name) || (dims.length === 4 && dims[0] === 1)
                ? 1 + 0.1 * random()
                : 0.1 * random(),
          ),
    );
  }
  const inputDims = shapes(PICTURES).get(after) ?? [];
  const range = after === backbone.input && options.weights === 'own' ? 255 : 2;
  const fixed: Record<string, Tensor> = {
    [STEP.features]: {
      type: 'float32',
      dims: inputDims,
      data: Float32Array.from({ length: elements(inputDims) }, () => Math.abs(random()) * range * 0.5),
    },
    [STEP.targets]: {
      type: 'float32',
      dims: [PICTURES, CLASSES],
      data: Float32Array.from({ length: PICTURES * CLASSES }, (_, i) => (i % (CLASSES + 1) === 0 ? 1 : 0)),
    },
    [STEP.weights]: {
      type: 'float32',
      dims: [PICTURES, 1],
      data: new Float32Array(PICTURES).fill(1 / PICTURES),
    },
  };
  const run = async (along: ReadonlyMap<string, Float32Array> | undefined, by: number) => {
    const feeds: Record<string, Tensor> = { ...fixed };
    for (const { name, dims } of step.parameters) {
      const value = values.get(name) ?? new Float32Array();
      const direction = along?.get(name);
      const data = direction ? value.map((each, i) => each + by * (direction[i] ?? 0)) : value;
      feeds[name] = { type: 'float32', dims, data };
    }
    return session.run(feeds);
  };
  const found = await run(undefined, 0);
  const loss = Number(found[STEP.loss]?.data[0]);
  const direction = new Map<string, Float32Array>();
  let square = 0;
  for (const { name } of step.parameters) {
    const gradient = found[step.gradients.get(name) ?? '']?.data as Float32Array;
    direction.set(name, gradient);
    for (const value of gradient) square += value * value;
  }
  const norm = Math.sqrt(square);
  for (const [name, values_] of direction)
    direction.set(
      name,
      values_.map((value) => value / norm),
    );
  // Far enough for the loss to change by much more than float32 rounds, near enough to meet few kinks.
  const h = (options.step ?? 2e-3) / norm;
  const at = async (by: number) => Number((await run(direction, by))[STEP.loss]?.data[0]);
  const difference = async (width: number) => ((await at(width)) - (await at(-width))) / (2 * width);
  const numeric = await difference(h);
  await session.dispose();
  return { analytic: norm, numeric, loss, parameters: step.parameters.length, after };
}

/** Normal numbers, the same each time (Marsaglia's polar method over a linear congruence). */
function gaussian(): () => number {
  let state = 42;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  };
  return () => {
    for (;;) {
      const [u, v] = [uniform(), uniform()];
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
}
