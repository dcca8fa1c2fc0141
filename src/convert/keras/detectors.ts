/**
 * Detectors of Keras: raw heads of YOLO, and keras-retinanet up to where its own layers begin.
 *
 * @module
 */
import type { ManifestInput } from '../../models/manifest/manifest.ts';
import { anchorsOfHeads } from '../recipe/anchors.ts';
import type { BuiltGraph } from '../recipe/built-graph.ts';
import type { Layer, LayerRef, LayersModel } from '../tfjs/layers/topology.ts';

/** How a detector's outputs are read, and what it is fed. */
export interface DetectorRecipe {
  readonly output: ManifestInput['output'];
  readonly classes: number;
  readonly resize: ManifestInput['input']['resize'];
  readonly pixels: '0..1' | 'caffe';
}

/** Layers of keras-retinanet that turn what the heads say into boxes. */
const BOX_LAYERS = new Set(['Anchors', 'RegressBoxes', 'ClipBoxes', 'FilterDetections']);

/** Whether a model is one of keras-retinanet. */
export function isRetinanet({ layers }: LayersModel): boolean {
  return (
    layers.some(({ kind }) => kind === 'UpsampleLike' || BOX_LAYERS.has(kind)) &&
    layers.some(({ name }) => name === 'regression') &&
    layers.some(({ name }) => name === 'classification')
  );
}

/** A model of keras-retinanet with its heads as outputs: boxes first, then scores. */
export function cutAtHeads(model: LayersModel): LayersModel {
  const heads = ['regression', 'classification'].map((layer): LayerRef => ({ layer, call: 0, output: 0 }));
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  const needed = new Set<string>();
  const open = heads.map(({ layer }) => layer);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const reads of byName.get(name)?.calls ?? []) for (const { layer } of reads) open.push(layer);
  }
  const layers: readonly Layer[] = model.layers.filter(({ name }) => needed.has(name));
  return { ...model, layers, outputs: heads };
}

/** Anchors of COCO by stride, pixels. */
const ANCHORS: Readonly<
  Record<'yolov3' | 'tiny', readonly (readonly [stride: number, anchors: readonly number[]])[]>
> = {
  yolov3: [
    [32, [116, 90, 156, 198, 373, 326]],
    [16, [30, 61, 62, 45, 59, 119]],
    [8, [10, 13, 16, 30, 33, 23]],
  ],
  tiny: [
    [32, [81, 82, 135, 169, 344, 319]],
    [16, [10, 14, 23, 27, 37, 58]],
  ],
};

const LETTERBOX: ManifestInput['input']['resize'] = {
  rule: 'letterbox',
  kernel: 'bicubic',
  fill: [128, 128, 128],
  anchor: 'center',
};

/**
 * What the outputs of a graph mean when they are those of a detector.
 *
 * @param anchors widths and heights, the smallest first or the largest first
 * @throws OPTION_INVALID when the anchors do not fit the heads
 */
export function detectorOf(
  { outputs, inputs }: BuiltGraph,
  retinanet: boolean,
  anchors?: readonly number[],
): DetectorRecipe | undefined {
  if (retinanet) return retinanetRecipe(outputs);
  const [, height] = inputs[0]?.shape ?? [];
  const heads = outputs.map(({ name, shape }) => {
    const [, rows, , channels] = shape;
    const fits =
      shape.length === 4 && typeof rows === 'number' && typeof channels === 'number' && channels % 3 === 0;
    return fits && typeof height === 'number'
      ? { name, stride: height / rows, classes: channels / 3 - 5 }
      : undefined;
  });
  const [first] = heads;
  const known = heads.length === 3 ? ANCHORS.yolov3 : heads.length === 2 ? ANCHORS.tiny : undefined;
  if (!first || !known || first.classes < 1 || heads.some((head) => head?.classes !== first.classes))
    return undefined;
  if (heads.some((head) => !known.some(([stride]) => stride === head?.stride))) return undefined;
  const own = anchorsOfHeads(anchors ?? known.flatMap(([, usual]) => usual), known.length);
  return {
    classes: first.classes,
    pixels: '0..1',
    resize: LETTERBOX,
    output: {
      decoder: 'yolov3',
      parameters: {
        layout: 'NHWC',
        heads: heads.map((head) => {
          const place = known.findIndex(([stride]) => stride === head?.stride);
          return {
            output: head?.name,
            stride: head?.stride,
            anchors: (own[place] ?? []).map(([width, height]) => [width, height]),
          };
        }),
      },
    },
  };
}

function retinanetRecipe(outputs: BuiltGraph['outputs']): DetectorRecipe | undefined {
  const [boxes, scores] = outputs;
  const classes = scores?.shape.at(-1);
  if (!boxes || !scores || typeof classes !== 'number') return undefined;
  return {
    classes,
    pixels: 'caffe',
    // Zero after the means are subtracted.
    resize: { rule: 'letterbox', kernel: 'bilinear', fill: [124, 117, 104], anchor: 'top-left' },
    output: {
      decoder: 'retinanet',
      parameters: {
        layout: 'rows',
        scores: [scores.name],
        boxes: [boxes.name],
        // The classification head of keras-retinanet ends with a sigmoid.
        activation: 'none',
        order: 'ratio-first',
        ratios: [0.5, 1, 2],
        scales: [4, 4 * 2 ** (1 / 3), 4 * 2 ** (2 / 3)],
        rounding: 'none',
        center: 0.5,
        deltas: 'corners',
        deltaScale: 0.2,
      },
    },
  };
}
