/**
 * Import of a model in whatever format it lies there.
 *
 * @module
 */
import { basename, dirname, resolve } from 'node:path';
import { PictorError } from '../errors.ts';
import { type Manifest, manifestSchema, type Task } from '../models/manifest/manifest.ts';
import { parseManifest } from '../models/manifest/manifest-file.ts';
import { decodeModel } from '../models/onnx/decode.ts';
import { type FileSet, openFileSet } from './source/file-set.ts';
import { readTeachableMachine } from './teachable-machine/teachable-machine.ts';
import { importTfjs } from './tfjs/import-tfjs.ts';
import { parseJson, parseModelJson } from './tfjs/model-json.ts';
import type { PixelRange } from './tfjs/types.ts';
import { importTflite } from './tflite/import-tflite.ts';
import { parseLabels } from './tflite/metadata.ts';

export interface ImportModelOptions {
  /** Id of the new model (default: the name of the file or folder, in small letters). */
  readonly id?: string;
  /** English names by class; replaces what the model brings. */
  readonly labels?: readonly string[];
  /** What the outputs mean (default `classify`). */
  readonly task?: Task;
  /** How pixels are scaled, for TensorFlow.js models (default: what the model tells, else −1..1). */
  readonly pixels?: PixelRange;
  /** Height and width of the input, for TensorFlow.js models that leave them open (default 224). */
  readonly side?: number;
  readonly signal?: AbortSignal;
}

export type ModelFormat = 'onnx' | 'tflite' | 'tfjs-graph' | 'tfjs-layers' | 'teachable-machine';

export interface ImportedModel {
  readonly format: ModelFormat;
  /** The ONNX file. */
  readonly model: Uint8Array;
  /** Its manifest; the one file is `<id>.onnx`. */
  readonly manifest: Manifest;
}

/**
 * Reads a model and turns it into ONNX with a manifest. Formats, told by content: TensorFlow Lite, TensorFlow.js graph and
 * layers models, Teachable Machine exports (folder or zip archive), and ONNX with a manifest beside it.
 *
 * @param path a folder, a zip archive, a `model.json`, a `.tflite` or an `.onnx` file
 * @throws CONVERT_FORMAT_UNKNOWN when it is none of these
 * @throws CONVERT_INPUT_INVALID when it is damaged
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
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
  const files = await openFileSet(path);
  const { labels, task } = options;
  const common = {
    id: options.id ?? idOf(path),
    source: basename(path),
    ...(labels && { labels }),
    ...(task && { task }),
  };
  const imported = await convert(path, files, common, options);
  requireWanted();
  return imported;
}

interface Common {
  readonly id: string;
  readonly source: string;
  readonly labels?: readonly string[];
  readonly task?: Task;
}

async function convert(
  path: string,
  files: FileSet,
  common: Common,
  options: ImportModelOptions,
): Promise<ImportedModel> {
  const chosen = files.chosen;
  const graph = chosen ?? (files.names.includes('model.json') ? 'model.json' : onlyOne(files, '.json'));
  const flat = chosen ?? onlyOne(files, '.tflite') ?? onlyOne(files, '.onnx');
  if (graph?.toLowerCase().endsWith('.json')) {
    const json = await files.read(graph);
    if (isTfjs(json)) return fromTfjs(files, json, common, options);
  }
  if (flat === undefined) throw unknownFormat(path);
  const bytes = await files.read(flat);
  if (isTflite(bytes)) return fromTflite(files, bytes, common);
  if (flat.toLowerCase().endsWith('.onnx')) return fromOnnx(files, flat, bytes, common, options);
  throw unknownFormat(path);
}

function onlyOne({ names }: FileSet, extension: string): string | undefined {
  const found = names.filter((name) => name.toLowerCase().endsWith(extension));
  return found.length === 1 ? found[0] : undefined;
}

function isTflite(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(4, 8)) === 'TFL3';
}

/** A damaged model.json is reported as one; other JSON files are not models. */
function isTfjs(json: Uint8Array): boolean {
  const value = parseJson(json, 'model.json');
  return typeof value === 'object' && value !== null && 'modelTopology' in value;
}

async function fromTfjs(
  files: FileSet,
  modelJson: Uint8Array,
  common: Common,
  { pixels, side }: ImportModelOptions,
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
      ...(pixels && { pixels }),
      ...(side && { side }),
    },
  );
  if (!metadata) {
    const kind = manifest.provenance?.format === 'tfjs-graph' ? 'tfjs-graph' : 'tfjs-layers';
    return { format: kind, model, manifest };
  }
  const named = { ...manifest, ...(metadata.title && { title: metadata.title }) };
  return { format: 'teachable-machine', model, manifest: manifestSchema.parse(named) };
}

async function fromTflite(files: FileSet, bytes: Uint8Array, common: Common): Promise<ImportedModel> {
  const { model, manifest } = importTflite(bytes, common);
  // Exports of Teachable Machine have their labels beside the model.
  const beside = files.chosen === undefined && files.names.includes('labels.txt');
  if (manifest.labels || common.labels || !beside) return { format: 'tflite', model, manifest };
  const labels = parseLabels(new TextDecoder().decode(await files.read('labels.txt')));
  return { format: 'tflite', ...importTflite(bytes, { ...common, labels }) };
}

async function fromOnnx(
  files: FileSet,
  name: string,
  bytes: Uint8Array,
  common: Common,
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
  return { format: 'onnx', model: bytes, manifest };
}

function unknownFormat(path: string): PictorError {
  return new PictorError('CONVERT_FORMAT_UNKNOWN', {
    expected:
      'a TensorFlow Lite file, a TensorFlow.js model.json with its weights, a Teachable Machine export or an .onnx file',
    received: path,
    fix: 'Export Keras and SavedModel files to TensorFlow Lite, TensorFlow.js or ONNX first',
  });
}

function idOf(path: string): string {
  const absolute = resolve(path);
  const last = basename(absolute);
  const name = (last === 'model.json' ? basename(dirname(absolute)) : last)
    .replace(/\.(zip|tflite|onnx|json)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return name || 'imported';
}
