/**
 * Import of a model in whatever format it lies there.
 *
 * @module
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { PictorError } from '../errors.ts';
import { toAddress } from '../models/download/address.ts';
import { type Manifest, manifestSchema, type Task } from '../models/manifest/manifest.ts';
import { parseManifest } from '../models/manifest/manifest-file.ts';
import { decodeModel } from '../models/onnx/decode.ts';
import { importKeras, kerasPartsBeside } from './keras/import-keras.ts';
import { classFileBeside } from './labels/beside.ts';
import { importPytorch, type TorchImportOptions } from './pytorch/import-pytorch.ts';
import { type Converted, converted } from './recipe/assemble.ts';
import type { Doubt } from './recipe/describe.ts';
import type { DecoderName } from './recipe/detector-head.ts';
import type { InputOptions } from './recipe/pixels.ts';
import { type FileSet, openFileSet } from './source/file-set.ts';
import { formatOf } from './source/format.ts';
import { readTeachableMachine } from './teachable-machine/teachable-machine.ts';
import { importTfjs } from './tfjs/import-tfjs.ts';
import { parseJson, parseModelJson } from './tfjs/model-json.ts';
import { importTflite } from './tflite/import-tflite.ts';

export interface ImportModelOptions extends InputOptions {
  /** Id of the new model (default: the name of the file or folder, in small letters). */
  readonly id?: string;
  /** English names by class; replaces what the model brings. */
  readonly labels?: readonly string[];
  /** What the outputs mean (default `classify`). */
  readonly task?: Task;
  /** How the outputs of a detector are read (default: what the file tells). */
  readonly decoder?: DecoderName;
  /** Height and width of the input, for models that leave them open (default 224). */
  readonly side?: number;
  /** Architecture of weights that fit several, by the id that `inspect` shows. */
  readonly recipe?: string;
  /** For Inception of PyTorch: whether the graph rescales normalised pixels (default: yes for 1000 classes). */
  readonly transformInput?: boolean;
  /** Widths and heights of the anchors of an ImageAI detector, the smallest three or the largest three first. */
  readonly anchors?: readonly number[];
  readonly signal?: AbortSignal;
}

export type ModelFormat =
  | 'onnx'
  | 'tflite'
  | 'tfjs-graph'
  | 'tfjs-layers'
  | 'teachable-machine'
  | 'keras'
  | 'pytorch';

export interface ImportedModel {
  readonly format: ModelFormat;
  /** The ONNX file. */
  readonly model: Uint8Array;
  /** The same in parts, which is how a large one should be written: `model` joins them when it is asked for. */
  readonly parts: readonly Uint8Array[];
  /** Its manifest; the one file is `<id>.onnx`. */
  readonly manifest: Manifest;
  /** What the file does not tell, and the flag that does. */
  readonly doubts: readonly Doubt[];
}

/** The parts are joined when `model` is asked for, and not before. */
function imported(format: ModelFormat, result: Converted): ImportedModel {
  const { parts, manifest, doubts } = result;
  return {
    format,
    parts,
    manifest,
    doubts,
    get model() {
      return result.model;
    },
  };
}

/**
 * Reads a model and turns it into ONNX with a manifest. Formats, told by content: Keras (`.h5`, `.keras`), PyTorch and
 * safetensors weights of known architectures, TensorFlow Lite, TensorFlow.js graph and layers models, Teachable Machine
 * exports (folder or zip archive), and ONNX with a manifest beside it.
 *
 * @param path a folder, a zip archive, a file, or the http(s) address of one (proxies and `PICTOR_OFFLINE` count)
 * @throws MODEL_DOWNLOAD_FAILED, MODEL_OFFLINE for an address
 * @throws CONVERT_FORMAT_UNKNOWN when it is none of these
 * @throws CONVERT_INPUT_INVALID when it is damaged
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
 * @throws FEATURE_UNSUPPORTED for files that hold programs, or parts in other files
 * @throws MODEL_MANIFEST_INVALID for an `.onnx` file without a manifest
 * @throws OPTION_INVALID, LABELS_INVALID, MODEL_TASK_MISMATCH, ABORTED
 * @example
 * const { model, manifest } = await importModel('./my-teachable-machine', { id: 'pets' });
 * await writeFile('pets.onnx', model);
 * await writeFile('pets.manifest.json', JSON.stringify(manifest));
 */
export async function importModel(path: string, options: ImportModelOptions = {}): Promise<ImportedModel> {
  const requireWanted = () => {
    if (options.signal?.aborted) throw new PictorError('ABORTED', { cause: options.signal.reason });
  };
  requireWanted();
  if (isAddress(path)) return importAddress(path, options);
  const files = await openFileSet(path);
  try {
    const { signal: _, id = idOf(path), ...rest } = options;
    const result = await convert(path, files, { ...rest, id, source: basename(path) }, options);
    requireWanted();
    return result;
  } finally {
    files.close();
  }
}

/** Whether a path is the address of a file elsewhere. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * Uses the file at an address. A download that was interrupted is kept and continued; a whole one is not kept.
 *
 * @throws MODEL_DOWNLOAD_FAILED, MODEL_OFFLINE
 */
export async function withDownload<T>(
  address: string,
  signal: AbortSignal | undefined,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const { downloadAddress } = await import('../models/download/download-address.ts');
  const file = await downloadAddress(address, { ...(signal && { signal }) });
  try {
    return await use(file);
  } finally {
    // A file that is no model would otherwise stand in the way of the next try.
    await rm(dirname(file), { recursive: true, force: true });
  }
}

async function importAddress(address: string, options: ImportModelOptions): Promise<ImportedModel> {
  const result = await withDownload(address, options.signal, (file) => importModel(file, options));
  const { href } = toAddress(address).url;
  const manifest = { ...result.manifest, source: href };
  return imported(result.format, converted(result.parts, manifest, result.doubts));
}

async function convert(
  path: string,
  files: FileSet,
  common: TorchImportOptions,
  options: ImportModelOptions,
): Promise<ImportedModel> {
  const name = modelOf(files, path);
  const source = await files.open(name);
  const format = formatOf(source);
  switch (format) {
    case 'hdf5':
    case 'keras-archive':
      return imported(
        'keras',
        importKeras(source, await withClasses(files, name, common), await kerasPartsBeside(files, name)),
      );
    case 'pytorch-zip':
    case 'pytorch-pickle':
    case 'pytorch-tar':
    case 'safetensors':
      return imported('pytorch', importPytorch(source, format, await withClasses(files, name, common)));
    case 'tflite':
      return fromTflite(files, name, source.read(0, source.size), common);
    case 'json': {
      const json = source.read(0, source.size);
      if (isTfjs(json)) return fromTfjs(files, json, common);
      throw unknownFormat(path);
    }
    default:
      if (!name.toLowerCase().endsWith('.onnx')) throw unknownFormat(path);
      return fromOnnx(files, name, source.read(0, source.size), common, options);
  }
}

/** Options with the classes that lie beside the model, unless the caller names them. */
async function withClasses<T extends TorchImportOptions>(
  files: FileSet,
  name: string,
  common: T,
): Promise<T> {
  if (common.labels !== undefined) return common;
  const beside = await classFileBeside(files, name);
  if (!beside) return common;
  const { names: labels, anchors } = beside;
  return { ...common, labels, ...(anchors && { anchors }) };
}

/** Endings of models, the most telling first: a folder may hold one model in several formats. */
const ENDINGS = [
  /(^|\/)model\.json$/i,
  /\.keras$/i,
  /\.(h5|hdf5)$/i,
  /\.tflite$/i,
  /\.onnx$/i,
  /\.safetensors$/i,
  /\.(pt|pth|th)$/i,
  /\.json$/i,
];

/**
 * Name of the model in a set: the file that was asked for, else the one that looks like a model.
 *
 * @throws OPTION_INVALID for several, CONVERT_FORMAT_UNKNOWN for none
 */
export function modelOf({ chosen, names }: FileSet, path: string): string {
  if (chosen !== undefined) return chosen;
  for (const ending of ENDINGS) {
    const found = names.filter((name) => ending.test(name));
    const depth = Math.min(...found.map((name) => name.split('/').length));
    const [first, ...more] = found.filter((name) => name.split('/').length === depth);
    if (first === undefined) continue;
    if (more.length === 0) return first;
    if (ending === ENDINGS.at(-1)) continue;
    throw new PictorError('OPTION_INVALID', {
      expected: 'one model',
      received: `${more.length + 1} in ${path}: ${[first, ...more].slice(0, 10).join(', ')}`,
      fix: 'Name the one that you mean',
    });
  }
  throw unknownFormat(path);
}

/** A damaged model.json is reported as one; other JSON files are not models. */
function isTfjs(json: Uint8Array): boolean {
  const value = parseJson(json, 'model.json');
  return typeof value === 'object' && value !== null && 'modelTopology' in value;
}

async function fromTfjs(
  files: FileSet,
  modelJson: Uint8Array,
  common: TorchImportOptions,
): Promise<ImportedModel> {
  const shards = new Map<string, Uint8Array>();
  for (const path of parseModelJson(modelJson).weightsManifest.flatMap((group) => group.paths)) {
    if (!shards.has(path)) shards.set(path, await files.read(path));
  }
  const metadata = files.names.includes('metadata.json')
    ? readTeachableMachine(await files.read('metadata.json'))
    : undefined;
  const { model, manifest } = importTfjs(
    { modelJson, shards },
    {
      ...(metadata && { labels: metadata.labels, pixels: '-1..1', resize: 'crop' }),
      ...(metadata?.imageSize && { side: metadata.imageSize }),
      ...common,
    },
  );
  if (!metadata) {
    const kind = manifest.provenance?.format === 'tfjs-graph' ? 'tfjs-graph' : 'tfjs-layers';
    return imported(kind, converted([model], manifest));
  }
  const named = { ...manifest, ...(metadata.title && { title: metadata.title }) };
  return imported('teachable-machine', converted([model], manifestSchema.parse(named)));
}

async function fromTflite(
  files: FileSet,
  name: string,
  bytes: Uint8Array,
  common: TorchImportOptions,
): Promise<ImportedModel> {
  const first = importTflite(bytes, common);
  const named = first.manifest.labels !== undefined || common.labels !== undefined;
  const options = named ? common : await withClasses(files, name, common);
  const result = options === common ? first : importTflite(bytes, options);
  return imported('tflite', converted([result.model], result.manifest));
}

async function fromOnnx(
  files: FileSet,
  name: string,
  bytes: Uint8Array,
  common: TorchImportOptions,
  options: ImportModelOptions,
): Promise<ImportedModel> {
  decodeModel(bytes);
  const own = `${name.replace(/\.onnx$/i, '')}.manifest.json`;
  const beside = [own, 'manifest.json'].find((each) => files.names.includes(each));
  if (beside === undefined) {
    throw new PictorError('MODEL_MANIFEST_INVALID', {
      expected: `${own} or manifest.json beside ${name}`,
      received: 'neither',
      fix: `Add it with what there is to know: pictor models add ${name} --pixels imagenet --labels labels.txt`,
    });
  }
  const written = parseManifest(parseJson(await files.read(beside), beside), beside);
  const { labels, task } = common;
  const id = options.id ?? written.id;
  const manifest = parseManifest(
    {
      ...written,
      ...(labels && { labels: { names: labels } }),
      ...(task && { task }),
      id,
      files: written.files.map((file) => ({ ...file, path: `${id}.onnx` })),
    },
    beside,
  );
  if (written.files.length > 1) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'an .onnx file that holds its weights',
      received: `${written.files.length} files in ${beside}`,
      fix: `Add them as they are: pictor models add ${name}`,
    });
  }
  return imported('onnx', converted([bytes], manifest));
}

function unknownFormat(path: string): PictorError {
  return new PictorError('CONVERT_FORMAT_UNKNOWN', {
    expected:
      'a Keras (.h5, .keras), PyTorch (.pth, .pt, .safetensors), TensorFlow Lite, TensorFlow.js or ONNX file, or a Teachable Machine export',
    received: path,
    fix: 'Export a SavedModel to TensorFlow Lite, TensorFlow.js or ONNX first',
  });
}

function idOf(path: string): string {
  const absolute = resolve(path);
  const last = basename(absolute);
  const name = (last === 'model.json' ? basename(dirname(absolute)) : last)
    .replace(/\.(zip|tflite|onnx|json|h5|hdf5|keras|pt|pth|th|safetensors)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return name || 'imported';
}
