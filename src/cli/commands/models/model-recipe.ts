/**
 * The flags of `pictor models add` → a manifest; the graph itself fills what they leave out.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ClassFile, parseClassFile } from '../../../convert/labels/class-file.ts';
import { PictorError } from '../../../errors.ts';
import type { InputSpec, Kernel } from '../../../image/input-spec.ts';
import { knownFile } from '../../../models/catalogue/known-files.ts';
import { type GraphFacts, graphFacts } from '../../../models/manifest/graph-facts.ts';
import type { Task } from '../../../models/manifest/manifest.ts';
import { decodeModel } from '../../../models/onnx/decode.ts';

/** What may be said of a model on the command line. */
export interface RecipeFlags {
  readonly id?: string;
  readonly title?: string;
  readonly task?: Task;
  readonly labels?: string;
  readonly labelsZh?: string;
  readonly pixels?: keyof typeof PIXELS;
  readonly width?: number;
  readonly height?: number;
  readonly layout?: InputSpec['layout'];
  readonly channels?: InputSpec['channelOrder'];
  readonly resize?: InputSpec['resize']['rule'];
  readonly shorterSide?: number;
  readonly kernel?: Kernel;
  readonly decoder?: string;
  readonly softmax?: 'inside' | 'outside' | 'sigmoid';
  readonly classOffset?: number;
  readonly licence?: string;
  readonly source?: string;
}

const PIXELS = {
  '0..255': {},
  '0..1': { scale: 1 / 255 },
  '-1..1': { scale: 1 / 127.5, mean: [1, 1, 1] },
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { channelOrder: 'BGR', mean: [103.939, 116.779, 123.68] },
} as const;

const LABEL_SETS = new Set(['imagenet-1k', 'coco-80', 'coco-91', 'nsfw-5']);

/** Shorter side before the crop, over the side of the crop: 256 for 224. */
const CROP_RATIO = 256 / 224;

type Loose = Readonly<Record<string, unknown>>;

/**
 * Writes the manifest of a file as far as flags, an earlier manifest and the graph go; the store checks the result.
 *
 * @param file path of the .onnx file
 * @param base a manifest that the flags correct (default: that of a known file)
 * @throws OPTION_INVALID when something is missing that cannot be guessed, MODEL_UNKNOWN, MODEL_FILE_INVALID
 */
export async function recipeManifest(file: string, flags: RecipeFlags, base: unknown): Promise<Loose> {
  const facts = graphFacts(decodeModel(await readModel(file)));
  const before = loose(base ?? (await knownFile(resolve(file)))?.manifest);
  const task = flags.task ?? before.task ?? 'classify';
  const labels = await labelsOf(flags);
  return {
    licence: 'unknown',
    source: basename(file),
    ...before,
    id: flags.id ?? before.id ?? idOf(file),
    ...given('title', flags.title),
    task,
    input: inputOf(flags, facts, loose(before.input), task),
    output: outputOf(flags, facts, loose(before.output), task),
    ...given('labels', labels),
    ...given('licence', flags.licence),
    ...given('source', flags.source),
  };
}

/** @throws OPTION_INVALID when the file cannot be read or is no JSON */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const received = `${path} (${cause instanceof Error ? cause.message : cause})`;
    throw new PictorError('OPTION_INVALID', { expected: 'a JSON file', received, cause });
  }
}

function inputOf(flags: RecipeFlags, { input }: GraphFacts, before: Loose, task: unknown): Loose {
  const whole = { ...input, ...before };
  const width = flags.width ?? whole.width;
  const height = flags.height ?? whole.height;
  if (width === undefined || height === undefined) {
    throw missing('--width and --height', 'a graph that takes any size');
  }
  const layout = flags.layout ?? whole.layout;
  if (layout === undefined) throw missing('--layout', 'a graph whose axes can be either');
  const scaled = before.scale !== undefined || before.mean !== undefined || input.elementType !== 'float32';
  if (flags.pixels === undefined && !scaled) {
    throw missing(
      '--pixels',
      'a graph of floating-point numbers, which does not say what becomes of 0 to 255',
    );
  }
  return {
    ...whole,
    width,
    height,
    layout,
    ...(flags.pixels !== undefined && PIXELS[flags.pixels]),
    ...given('channelOrder', flags.channels),
    resize: resizeOf(flags, loose(before.resize), task, Math.min(Number(width), Number(height))),
  };
}

function resizeOf(flags: RecipeFlags, before: Loose, task: unknown, side: number): Loose {
  const rule = flags.resize ?? before.rule ?? (task === 'detect' ? 'letterbox' : 'crop');
  return {
    ...(rule === before.rule && before),
    rule,
    ...(rule === 'crop' && {
      shorterSide: flags.shorterSide ?? before.shorterSide ?? Math.round(side * CROP_RATIO),
    }),
    ...given('kernel', flags.kernel),
  };
}

function outputOf(flags: RecipeFlags, { output }: GraphFacts, before: Loose, task: unknown): Loose {
  if (task === 'detect') {
    const decoder = flags.decoder ?? before.decoder;
    if (decoder === undefined) throw missing('--decoder', 'a detector, whose outputs can mean many things');
    return { ...before, decoder };
  }
  if (task === 'embed') return { ...given('name', output.name), ...before, decoder: 'embedding' };
  return {
    ...output,
    ...before,
    decoder: 'classification',
    ...given('softmax', flags.softmax),
    ...given('classOffset', flags.classOffset),
  };
}

async function labelsOf({ labels, labelsZh }: RecipeFlags): Promise<unknown> {
  if (labels === undefined) return undefined;
  if (LABEL_SETS.has(labels)) return labels;
  const names = await readLabels(labels);
  return { names, ...(labelsZh !== undefined && { zh: await readLabels(labelsZh) }) };
}

/**
 * A label file, in every shape that {@link parseClassFile} reads.
 *
 * @throws OPTION_INVALID when there is no such file, LABELS_INVALID
 */
export async function readClassFile(path: string): Promise<ClassFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new PictorError('OPTION_INVALID', { expected: 'a file of labels', received: path, cause });
  }
  return parseClassFile(bytes, path);
}

async function readLabels(path: string): Promise<string[]> {
  return [...(await readClassFile(path)).names];
}

async function readModel(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new PictorError('MODEL_UNKNOWN', {
      expected: 'an .onnx file',
      received: `no file at ${file}`,
      cause,
    });
  }
}

function idOf(file: string): string {
  return basename(file)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
}

function missing(option: string, received: string): PictorError {
  return new PictorError('OPTION_INVALID', { expected: option, received });
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  const part: Partial<Record<Name, Value>> = {};
  if (value !== undefined) part[name] = value;
  return part;
}

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
