/**
 * What a model file is, as far as it can be told without running anything.
 *
 * @module
 */
import { basename } from 'node:path';
import { isPictorError } from '../errors.ts';
import type { Manifest } from '../models/manifest/manifest.ts';
import { type ImportModelOptions, importModel, isAddress, modelOf, withDownload } from './import-model.ts';
import { type KerasParts, kerasPartsBeside, readKeras } from './keras/import-keras.ts';
import { allWeights, type KerasFile } from './keras/read-groups.ts';
import { recognise } from './keras/recognise.ts';
import { architectureOf } from './pytorch/import-pytorch.ts';
import { readStateDict } from './pytorch/state-dict.ts';
import type { Doubt } from './recipe/describe.ts';
import type { ByteSource } from './source/byte-source.ts';
import { openFileSet } from './source/file-set.ts';
import { type FileFormat, formatOf } from './source/format.ts';
import { readTopology } from './tfjs/layers/topology.ts';

/** What was recognised in a file. Everything that the file does not tell is absent. */
export interface ModelInspection {
  /** Name of the file inside of its folder or archive. */
  readonly file: string;
  /** The kind of file, for people. */
  readonly format: string;
  /** Framework and version that wrote it. */
  readonly framework?: string;
  readonly layers?: number;
  readonly tensors?: number;
  /** Numbers in all tensors. */
  readonly parameters?: number;
  /** The architecture of weights, by the id that `--recipe` takes. */
  readonly recipe?: string;
  /** Other recipes that the same weights fit. */
  readonly alternatives?: readonly string[];
  readonly task?: Manifest['task'];
  readonly input?: Manifest['input'];
  /** Number of outputs of a classifier, when it has labels. */
  readonly classes?: number;
  readonly labels?: Manifest['labels'];
  /** What is assumed, and the flag that decides it. */
  readonly uncertain: readonly Doubt[];
  /** Why it cannot be imported as it is. */
  readonly refusal?: { readonly code: string; readonly message: string };
}

/**
 * Says what a model file is: format, version, layers, parameters, input, classes, and what is uncertain.
 *
 * @param path a folder, a zip archive, a file, or the http(s) address of one
 * @param options as for {@link importModel}: what they decide is no longer uncertain
 * @throws MODEL_DOWNLOAD_FAILED, MODEL_OFFLINE for an address
 * @throws CONVERT_INPUT_INVALID when there is no such file, CONVERT_FORMAT_UNKNOWN when it is no model
 * @example
 * const { format, recipe, uncertain } = await inspectModel('./my-teachable-machine');
 * for (const { flag, text } of uncertain) console.log(flag, text);
 */
export async function inspectModel(path: string, options: ImportModelOptions = {}): Promise<ModelInspection> {
  if (isAddress(path)) return withDownload(path, options.signal, (file) => inspectModel(file, options));
  const files = await openFileSet(path);
  let facts: Facts;
  try {
    const file = modelOf(files, path);
    const source = await files.open(file);
    const parts = await kerasPartsBeside(files, file);
    facts = { file: basename(file), ...factsOf(source, formatOf(source), file, parts) };
  } finally {
    files.close();
  }
  try {
    const { manifest, doubts } = await importModel(path, { ...options, id: 'inspected' });
    const { labels, task, input } = manifest;
    const classes = typeof labels === 'object' ? labels.names.length : undefined;
    return {
      ...facts,
      task,
      input,
      ...(labels && { labels }),
      ...(classes && { classes }),
      uncertain: doubts.length > 0 || !manifest.caution ? doubts : [{ flag: '', text: manifest.caution }],
    };
  } catch (error) {
    if (!isPictorError(error)) throw error;
    return { ...facts, uncertain: [], refusal: { code: error.code, message: error.message } };
  }
}

type Facts = Pick<
  ModelInspection,
  'file' | 'format' | 'framework' | 'layers' | 'tensors' | 'parameters' | 'recipe' | 'alternatives'
>;

function factsOf(
  source: ByteSource,
  format: FileFormat,
  name: string,
  parts: KerasParts,
): Omit<Facts, 'file'> {
  try {
    switch (format) {
      case 'hdf5':
      case 'keras-archive':
        return kerasFacts(readKeras(source, parts), format);
      case 'pytorch-zip':
      case 'pytorch-pickle':
      case 'pytorch-tar':
      case 'safetensors':
        return torchFacts(source, format);
      default:
        return { format: FORMATS[format] ?? (name.toLowerCase().endsWith('.onnx') ? 'ONNX' : 'unknown') };
    }
  } catch (error) {
    if (!isPictorError(error)) throw error;
    return { format: FORMATS[format] ?? format };
  }
}

const FORMATS: Partial<Record<FileFormat, string>> = {
  hdf5: 'HDF5',
  'keras-archive': 'Keras archive',
  'pytorch-zip': 'PyTorch zip',
  'pytorch-pickle': 'PyTorch stream or pickle',
  'pytorch-tar': 'PyTorch tar (before 0.1.10)',
  safetensors: 'safetensors',
  tflite: 'TensorFlow Lite',
  json: 'TensorFlow.js',
  zip: 'zip archive',
};

function kerasFacts(file: KerasFile, format: FileFormat): Omit<Facts, 'file'> {
  const weights = allWeights(file.weights);
  const parameters = weights.reduce(
    (sum, { constant }) => sum + constant.shape.reduce((product, dim) => product * dim, 1),
    0,
  );
  const whole = file.config !== undefined;
  const container = format === 'hdf5' ? 'HDF5' : '.keras';
  const common = {
    format: `Keras ${whole ? 'model' : 'weights without a model'} (${container})`,
    framework: frameworkOf(file),
    tensors: weights.length,
    parameters,
  };
  if (whole) {
    const { layers } = readTopology({ modelTopology: { model_config: file.config }, weightsManifest: [] });
    return { ...common, layers: layers.length };
  }
  const found = recognise(file.weights);
  const layers = file.weights.kind === 'variables' ? undefined : file.weights.groups.length;
  return {
    ...common,
    ...(layers !== undefined && { layers }),
    ...(found && { recipe: found.architecture.id, alternatives: found.alternatives }),
  };
}

function frameworkOf({ version, weights }: KerasFile): string {
  if (version !== undefined) return `Keras ${version}`;
  if (weights.kind === 'variables') return 'Keras 3';
  const theano = allWeights(weights).some(({ constant: { shape } }) => {
    const [out = 0, inputs = 0, height, width] = shape;
    return shape.length === 4 && height === width && (width ?? 0) < 12 && (out !== inputs || out > 12);
  });
  const order = theano ? ', kernels in the order of Theano' : '';
  return weights.kind === 'numbered' ? `Keras 1${order}` : `Keras (version not stored)${order}`;
}

function torchFacts(source: ByteSource, format: FileFormat): Omit<Facts, 'file'> {
  const dict = readStateDict(source, format);
  const recipe = architectureOf(dict)?.id;
  return {
    format: dict.format,
    framework: 'PyTorch',
    tensors: dict.tensors.size,
    parameters: dict.values,
    ...(recipe && { recipe }),
  };
}
