import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TensorMap } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import { preparePicture } from '../../image/prepare.ts';
import { readSource } from '../../image/sources/read-source.ts';
import type { ImageSource } from '../../image/types.ts';
import { type Manifest, manifestSchema } from '../../models/manifest/manifest.ts';
import { decodeModel } from '../../models/onnx/decode.ts';
import type { LocalModel } from '../../models/types.ts';
import { type Comparison, compareModels } from './compare.ts';
import { type QuantizedModel, type QuantizeOptions, quantizeModel } from './quantize-model.ts';

export interface QuantizeLocalOptions extends QuantizeOptions {
  /** Pictures that set the ranges, at most (default 100). As many others, where there are, are compared on. */
  readonly pictures?: number;
  /** Id of the result (default the model's, with `-int8`). */
  readonly id?: string;
}

export interface QuantizedLocal extends QuantizedModel {
  readonly manifest: Manifest;
  readonly floatBytes: number;
  readonly comparison: Comparison;
  /** Whether the comparison saw pictures that the calibration had not seen. */
  readonly heldOut: boolean;
}

const SMALLEST_HELD_OUT = 10;

/**
 * Quantises a model of the store with pictures, and measures what that did to answers and speed.
 *
 * @param model a verified model with a float32 input
 * @param sources pictures like those that the model will see
 * @throws FEATURE_UNSUPPORTED when the input is not float32, or there is nothing to quantise
 * @throws DATASET_INVALID without pictures; IMAGE_*, MODEL_FILE_INVALID, INFERENCE_FAILED, ABORTED
 */
export async function quantizeLocal(
  model: LocalModel,
  sources: readonly ImageSource[],
  options: QuantizeLocalOptions = {},
): Promise<QuantizedLocal> {
  const { manifest } = model;
  const { pictures = 100, id = `${manifest.id}-int8`, signal } = options;
  if (manifest.input.elementType !== 'float32') {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a model with a float32 input',
      received: `${manifest.id}, which takes ${manifest.input.elementType}: it is quantised already`,
    });
  }
  const bytes = await readFile(model.path);
  const samples = await prepareAll(spread(sources, pictures * 2), manifest, bytes, signal);
  const held = samples.length > pictures + SMALLEST_HELD_OUT;
  const calibration = held ? samples.filter((_, i) => i % 2 === 0) : samples;
  const quantized = await quantizeModel(bytes, calibration, options);
  const check = held ? samples.filter((_, i) => i % 2 === 1) : samples;
  const comparison = await compareModels(bytes, quantized.model, check, signal);
  const { accuracy: _, ...rest } = manifest;
  const result = manifestSchema.parse({
    ...rest,
    id,
    files: [{ path: `${id}.onnx`, sha256: sha256(quantized.model), bytes: quantized.model.byteLength }],
    provenance: {
      format: 'onnx',
      sourceSha256: sha256(bytes),
      converter: 'pictor models quantize',
      note: `int8, ${quantized.method}, ${calibration.length} pictures${quantized.reduceRange ? ', 7-bit weights' : ''}`,
    },
  });
  return { ...quantized, manifest: result, floatBytes: bytes.byteLength, comparison, heldOut: held };
}

/** At most `count` items, evenly over the list: folders are often sorted by class. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

async function prepareAll(
  sources: readonly ImageSource[],
  manifest: Manifest,
  model: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<TensorMap[]> {
  const name = manifest.input.name ?? firstInput(model);
  const samples: TensorMap[] = [];
  for (const source of sources) {
    const options = signal ? { signal } : {};
    const { data, dims } = await preparePicture(await readSource(source, options), manifest.input, options);
    if (data instanceof Float32Array) samples.push({ [name]: { type: 'float32', dims: [1, ...dims], data } });
  }
  return samples;
}

function firstInput(model: Uint8Array): string {
  const { graph } = decodeModel(model);
  const constants = new Set(graph.initializers.map((tensor) => tensor.name));
  const input = graph.inputs.find((info) => !constants.has(info.name));
  if (!input)
    throw new PictorError('MODEL_FILE_INVALID', { expected: 'a graph with an input', received: 'none' });
  return input.name;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
