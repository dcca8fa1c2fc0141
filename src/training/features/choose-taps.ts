/**
 * Which tensors of a backbone are a picture's features.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import { decodeModel } from '../../models/onnx/decode.ts';
import type { OnnxModel, OnnxNode } from '../../models/onnx/types.ts';
import type { LocalModel } from '../../models/types.ts';
import { embeddingTensor } from '../../tasks/embed/embed.ts';
import type { FeatureTap } from '../fine-tune/types.ts';

/** A backbone with the places where its features are read. */
export interface TappedBackbone {
  readonly model: LocalModel;
  readonly graph: OnnxModel;
  readonly taps: readonly FeatureTap[];
  /** Rank of each tap's tensor. */
  readonly ranks: readonly number[];
}

/**
 * Reads a model's graph and finds its features: of a classifier, what its last layer decides on; of a detector with
 * squeeze-and-excitation blocks (the embedded CenterNet on MobileNetV3), mean and maximum of what two of its last blocks
 * squeeze.
 *
 * @throws MODEL_TASK_MISMATCH, MODEL_FILE_INVALID
 */
export async function chooseTaps(model: LocalModel): Promise<TappedBackbone> {
  const graph = decodeModel(await readFile(model.path));
  if (model.manifest.task === 'detect') {
    const tensors = detectorTensors(graph, model.manifest.id);
    const taps = tensors.flatMap((tensor): FeatureTap[] => [
      { tensor, pooling: 'mean' },
      { tensor, pooling: 'max' },
    ]);
    return { model: undistorted(model), graph, taps, ranks: taps.map(() => 4) };
  }
  const tensor = await embeddingTensor(model);
  const rank = rankOf(graph, tensor, model.manifest.id);
  const maps = classMaps(graph, tensor);
  const tensors = maps === undefined ? [tensor] : [tensor, maps];
  return {
    model: undistorted(model),
    graph,
    taps: tensors.map((name) => ({ tensor: name, pooling: 'mean' })),
    ranks: tensors.map(() => rank),
  };
}

/**
 * Of the inputs of the squeeze-and-excitation blocks, the fifth and the third from the end. Measured on two data
 * sets with all inner tensors: single ones reach 0.82 to 0.88, these two together 0.89 (ants and bees) and 0.91 (sign
 * digits), more of them nothing more.
 */
function detectorTensors({ graph }: OnnxModel, id: string): string[] {
  const scaled = new Set(
    graph.nodes.filter(({ opType }) => opType === 'Mul').flatMap(({ inputs }) => inputs),
  );
  const squeezed = graph.nodes
    .filter(({ opType, inputs }) => opType === 'GlobalAveragePool' && scaled.has(inputs[0] ?? ''))
    .map(({ inputs }) => inputs[0] ?? '');
  const chosen = [squeezed.at(-5), squeezed.at(-3)].filter((name) => name !== undefined);
  if (chosen.length === 2) return chosen;
  throw new PictorError('MODEL_TASK_MISMATCH', {
    expected: 'a classifier, an embedding model or the embedded detector as the backbone',
    received: `${id}, a detector of another kind`,
    fix: 'Name a classifier, e.g. --model mobilenetv2',
  });
}

/**
 * The maps of class scores of a network that averages them at its very end (SqueezeNet): joined to the features before
 * them they are worth 2 points on ants and bees.
 */
function classMaps({ graph }: OnnxModel, tensor: string): string | undefined {
  const readers = (name: string) => graph.nodes.filter(({ inputs }) => inputs.includes(name));
  const [conv, another] = readers(tensor);
  const maps = conv?.outputs[0];
  if (conv?.opType !== 'Conv' || another !== undefined || maps === undefined) return undefined;
  for (let name: string | undefined = maps, steps = 0; name !== undefined && steps < 10; steps++) {
    const [reader] = readers(name);
    if (reader?.opType === 'GlobalAveragePool' || reader?.opType === 'AveragePool') return maps;
    name = reader?.outputs[0];
  }
  return undefined;
}

/** Shorter side of the picture for each pixel of the input, as in the training of nearly every ImageNet model. */
const MARGIN = 256 / 224;

/**
 * A backbone that squashes pictures is fed their middle in its true shape instead. Measured with the embedded detector:
 * ants and bees 0.89 → 0.90, sign digits 0.91 → 0.93; with SqueezeNet 0.88 → 0.90 and 0.90 → 0.91.
 */
function undistorted(model: LocalModel): LocalModel {
  const { manifest } = model;
  const { input } = manifest;
  if (input.resize.rule !== 'squash') return model;
  const shorterSide = Math.round(Math.min(input.width, input.height) * MARGIN);
  const resize = { rule: 'crop', shorterSide, kernel: input.resize.kernel } as const;
  return { ...model, manifest: { ...manifest, input: { ...input, resize } } };
}

/** Operators that take feature maps. */
const SPATIAL = new Set(['Conv', 'GlobalAveragePool', 'GlobalMaxPool', 'AveragePool', 'MaxPool']);
/** Operators on 8-bit numbers, which are no features as they are. */
const QUANTIZED = /^(QLinear|QGemm|ConvInteger|MatMulInteger)/;

function rankOf({ graph }: OnnxModel, tensor: string, id: string): number {
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
  const quantized = readers.find(({ opType }) => QUANTIZED.test(opType));
  if (quantized) {
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: 'a backbone whose features are real numbers',
      received: `${id}, whose last layer is a ${quantized.opType} on 8-bit numbers`,
      fix: 'Train on the float32 model, and make the result smaller with: pictor models quantize',
    });
  }
  if (readers.some(({ opType }) => SPATIAL.has(opType))) return 4;
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(tensor));
  return isSpatialMaker(graph.nodes, maker) ? 4 : 2;
}

/** Operators that keep the rank. */
const ALIKE = new Set([
  'Relu',
  'Clip',
  'Dropout',
  'Identity',
  'Concat',
  'Add',
  'Mul',
  'BatchNormalization',
  'QuantizeLinear',
  'DequantizeLinear',
]);

/** Follows what keeps the rank up to something that tells it. */
function isSpatialMaker(nodes: readonly OnnxNode[], maker: OnnxNode | undefined): boolean {
  let node = maker;
  for (let steps = 0; node !== undefined && steps < 100; steps++) {
    if (SPATIAL.has(node.opType)) return true;
    if (!ALIKE.has(node.opType)) return false;
    const [input] = node.inputs;
    node = nodes.find(({ outputs }) => input !== undefined && outputs.includes(input));
  }
  return false;
}
