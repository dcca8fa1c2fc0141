import { readFile } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import { type CutPoint, cutPoints, lastBlocks } from '../graph/cut-points.ts';
import { type FloatBackbone, floatBackbone } from '../graph/float-backbone.ts';
import { inferShapes } from '../graph/shapes.ts';
import { trainableConstants } from '../graph/trainable.ts';
import type { FeatureTap, TrainedLayers } from './types.ts';

/** What is trained and what is not. */
export interface LayerPlan {
  readonly backbone: FloatBackbone;
  /** Where the trained layers begin. */
  readonly cut: CutPoint;
  /** Names of the trained constants. */
  readonly trained: ReadonlySet<string>;
  /** Weights of the whole backbone. */
  readonly totalWeights: number;
  /** Lengths of every tensor for a number of pictures. */
  readonly shapes: (pictures: number) => ReadonlyMap<string, readonly number[]>;
}

/**
 * Reads a backbone and decides where its trained layers begin.
 *
 * @throws MODEL_FILE_INVALID, FEATURE_UNSUPPORTED, OPTION_INVALID when there is no such place
 */
export async function planLayers(
  model: string,
  input: InputSpec,
  taps: readonly FeatureTap[],
  layers: TrainedLayers,
): Promise<LayerPlan> {
  if (input.resize.rule === 'none') {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a backbone with pictures of one size',
      received: 'one that takes every picture at its own size',
    });
  }
  const { width, height, layout } = input;
  const item = layout === 'NCHW' ? [3, height, width] : [height, width, 3];
  const tensors = taps.map(({ tensor }) => tensor);
  const backbone = await floatBackbone(await readFile(model), tensors, item);
  const shapes = await inferShapes(backbone);
  const { graph } = backbone.model;
  const all = trainableConstants(graph);
  const cuts = cutPoints(graph, backbone.input, shapes(1), all);
  const [whole] = cuts;
  const cut = layers === 'all' ? whole : layers === 'last' ? lastBlocks(cuts) : find(cuts, layers.after);
  if (!cut || !whole || cut.weights === 0) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a backbone with weights to train',
      received: cut ? 'none behind the cut' : 'none',
    });
  }
  const trained = cut.tensor === backbone.input ? withoutDepthwise(all, shapes(1)) : all;
  return { backbone, cut, trained, totalWeights: whole.weights, shapes };
}

/** Names that a message shows: TensorFlow's are longer than the message. */
const LONGEST_SHOWN = 60;
const SHOWN = 8;

function find(cuts: readonly CutPoint[], tensor: string): CutPoint {
  const found = cuts.find((cut) => cut.tensor === tensor);
  if (found) return found;
  const last = cuts.map((cut) => cut.tensor).filter((name) => name.length <= LONGEST_SHOWN);
  throw new PictorError('OPTION_INVALID', {
    expected: 'a tensor that all data flows through',
    received: tensor,
    fix: `Name another, e.g. ${last.slice(-SHOWN).join(', ')}`,
  });
}

/**
 * Kernels of one channel stay as they are when everything is trained: on large maps their gradients cost as much as all
 * others together (MobileNetV2: 92 against 52 ms a picture), and they are 3 % of the weights. Their biases are trained.
 */
function withoutDepthwise(
  names: ReadonlySet<string>,
  shapes: ReadonlyMap<string, readonly number[]>,
): ReadonlySet<string> {
  return new Set(
    [...names].filter((name) => {
      const dims = shapes.get(name) ?? [];
      return !(dims.length === 4 && dims[1] === 1 && (dims[0] ?? 1) > 1);
    }),
  );
}
