/**
 * A picture as a vector: the features that the model's last layer decides on.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { Session, Tensor } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import type { LocalModel } from '../../models/types.ts';
import { inferSource, overPictures, type Recognizer, recognizerOf, requireTask } from '../recognizer.ts';
import { asFloats, outputOf } from '../scores.ts';
import type { Embedding, EmbedOptions, Recognize } from '../types.ts';
import { findPenultimate } from './find-penultimate.ts';

/** A loaded feature extractor. */
export interface Embedder extends Recognizer {
  readonly task: 'embed';
  /** Name of the tensor that the vectors come from. */
  readonly tensor: string;
  /**
   * The feature vector of a picture, or of each picture of an array. Spatial features are averaged.
   *
   * @throws OPTION_INVALID, IMAGE_*, ABORTED, OVERLOADED, DEADLINE_EXCEEDED, INFERENCE_FAILED
   * @example
   * const { vector } = await embedder.embed('cat.jpg', { normalize: true });
   * vector.length; // 512 with SqueezeNet
   */
  readonly embed: Recognize<EmbedOptions, Embedding>;
}

/**
 * The tensor that holds a model's features: the manifest's word, the output of an embedding model, or what a walk up
 * the graph finds.
 *
 * @throws MODEL_TASK_MISMATCH when it is neither a classifier nor an embedding model and its manifest names no tensor;
 * MODEL_FILE_INVALID when there is none
 */
export async function embeddingTensor({ manifest, path }: LocalModel): Promise<string> {
  if (manifest.embedding) return manifest.embedding.tensor;
  requireTask(manifest, ['embed', 'classify']);
  const { output } = manifest;
  const { decodeModel } = await import('../../models/onnx/decode.ts');
  const graph = decodeModel(await readFile(path));
  const name = 'parameters' in output ? undefined : output.name;
  const found =
    output.decoder === 'embedding' ? (name ?? graph.graph.outputs[0]?.name) : findPenultimate(graph, name);
  if (found !== undefined) return found;
  throw new PictorError('MODEL_FILE_INVALID', {
    expected: 'a classifier that ends in a matrix product or a convolution',
    received: manifest.id,
    fix: 'Name the tensor in `embedding` of the manifest',
  });
}

/**
 * An embedder over a session that was opened with `tensor` among its outputs.
 *
 * @param session from `engine.open(model, { extraOutputs: [tensor] })`
 * @param tensor from {@link embeddingTensor}
 * @param close what `close()` does (default: closes the session)
 */
export function createEmbedder(session: Session, tensor: string, close?: () => Promise<void>): Embedder {
  const manifest = session.model.manifest;
  const embed = overPictures(
    (options: EmbedOptions | undefined) => {
      const normalize: unknown = options?.normalize ?? false;
      if (typeof normalize === 'boolean') return normalize;
      throw new PictorError('OPTION_INVALID', {
        expected: 'normalize to be true or false',
        received: String(normalize),
      });
    },
    async (image, normalize, call): Promise<Embedding> => {
      const { outputs, picture, timings } = await inferSource(session, image, call, [tensor]);
      const features = pooled(outputOf(outputs, tensor, manifest), manifest.input.layout);
      return { model: manifest.id, picture, timings, vector: normalize ? unit(features) : features };
    },
  );
  return { ...recognizerOf(session, close), task: 'embed', tensor, embed };
}

/** Mean over height and width; a vector stays as it is. */
function pooled(tensor: Tensor, layout: 'NCHW' | 'NHWC'): Float32Array {
  const values = asFloats(tensor);
  if (tensor.dims.length !== 4) return Float32Array.from(values);
  const channels = (layout === 'NCHW' ? tensor.dims[1] : tensor.dims[3]) ?? 1;
  const plane = values.length / channels;
  const result = new Float32Array(channels);
  for (const [i, value] of values.entries()) {
    const channel = layout === 'NCHW' ? Math.floor(i / plane) : i % channels;
    result[channel] = (result[channel] ?? 0) + value / plane;
  }
  return result;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
