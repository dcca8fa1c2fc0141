/**
 * ONNX files that need no manifest beside them, because what they are can be told: a file of the catalogue by its
 * hash, a few graphs that go around in many copies by their shape.
 *
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { feedsOf } from '../manifest/graph-fit.ts';
import { type ManifestInput, manifestSchema } from '../manifest/manifest.ts';
import type { PlacedManifest } from '../manifest/manifest-file.ts';
import type { OnnxValueInfo } from '../onnx/types.ts';
import { hashFile } from '../store/file-hash.ts';
import { catalogue } from './catalogue.ts';
import { CAFFE_INPUT } from './recipes.ts';

/** A graph that is recognised by its input, its output and its number of convolutions. */
interface KnownGraph {
  readonly input: readonly [name: string, ...dims: number[]];
  readonly output: readonly [name: string, ...dims: number[]];
  readonly convolutions: number;
  readonly manifest: Omit<ManifestInput, 'files'>;
}

const KNOWN_GRAPHS: readonly KnownGraph[] = [
  {
    input: ['data', 3, 227, 227],
    output: ['prob', 1000],
    convolutions: 26,
    manifest: {
      id: 'squeezenet1.1-caffe',
      title: 'SqueezeNet 1.1, a port of the Caffe model',
      task: 'classify',
      input: { ...CAFFE_INPUT, name: 'data', width: 227, height: 227, mean: [104, 117, 123] },
      output: { decoder: 'classification', name: 'prob', softmax: 'inside' },
      labels: 'imagenet-1k',
      licence: 'BSD-2-Clause',
      source: 'https://github.com/forresti/SqueezeNet',
      caution:
        'Recognised by its graph, not by a hash: the names of input and output and the size are those of the Caffe ' +
        'model, and the recipe is the one that it was trained with.',
    },
  },
];

/**
 * The manifest of an ONNX file that is known although nothing beside it says what it is.
 *
 * @param path of an `.onnx` file, absolute
 * @returns undefined when it is none of the known ones
 * @throws MODEL_FILE_INVALID when it is no ONNX file
 */
export async function knownFile(path: string): Promise<PlacedManifest | undefined> {
  const { size } = await stat(path);
  const sha256 = await hashFile(path);
  const entry = catalogue().find(({ files: [graph] }) => graph?.sha256 === sha256);
  const found = entry ?? (await byGraph(path))?.manifest;
  if (!found) return undefined;
  const files = [{ path: basename(path), sha256, bytes: size }];
  return { manifest: manifestSchema.parse({ ...found, files }), folder: dirname(path), path };
}

async function byGraph(path: string): Promise<KnownGraph | undefined> {
  const { decodeModel } = await import('../onnx/decode.ts');
  const { graph } = decodeModel(await readFile(path));
  const convolutions = graph.nodes.filter(({ opType }) => opType === 'Conv').length;
  return KNOWN_GRAPHS.find(
    (known) =>
      known.convolutions === convolutions &&
      feedsOf(graph).some((info) => isThis(info, known.input)) &&
      graph.outputs.some((info) => isThis(info, known.output)),
  );
}

/** Compares all but the first dimension, the batch. */
function isThis({ name, dims }: OnnxValueInfo, [wanted, ...sizes]: KnownGraph['input']): boolean {
  return name === wanted && dims?.slice(1).join() === sizes.join();
}
