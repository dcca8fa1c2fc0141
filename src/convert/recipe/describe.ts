/**
 * The manifest of a converted model: what the graph tells, what the importer knows of its kind, and what is not certain.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { PictorError } from '../../errors.ts';
import type { Kernel } from '../../image/input-spec.ts';
import {
  type LabelsSpec,
  type Manifest,
  type ManifestInput,
  manifestSchema,
  type Task,
} from '../../models/manifest/manifest.ts';
import { checkLabels, fitLabels } from '../labels/fit-labels.ts';
import type { BuiltGraph } from './built-graph.ts';
import type { DecoderName } from './detector-head.ts';
import { type InputOptions, type PixelRange, scalingOf, withInputOptions } from './pixels.ts';

/** What an importer of pictures takes besides the file. */
export interface DescribeOptions extends InputOptions {
  /** Id of the new model: lower-case letters, digits, dot, dash and underscore. */
  readonly id: string;
  /** English names by class. */
  readonly labels?: readonly string[];
  /** What the outputs mean (default `classify`). */
  readonly task?: Task;
  /** How the outputs of a detector are read (default: what their shapes tell). */
  readonly decoder?: DecoderName;
  /** Where the file came from, for the manifest (default the id). */
  readonly source?: string;
  /** Height and width where the model leaves them open (default 224). */
  readonly side?: number;
  /** Architecture of weights that fit several, by the id that `inspect` shows. */
  readonly recipe?: string;
  /** Widths and heights of the anchors of a detector of ImageAI. */
  readonly anchors?: readonly number[];
}

/** Something that a file does not tell, and the flag that does. */
export interface Doubt {
  readonly flag: string;
  readonly text: string;
}

/** What an importer knows of the models of its format. */
export interface Origin {
  readonly format: string;
  readonly sourceSha256: string;
  readonly note: string;
  /** Used where neither the caller nor the graph says something else. */
  readonly pixels: PixelRange;
  readonly resize: 'crop' | 'squash';
  readonly shorterSide?: number;
  readonly kernel?: Kernel;
  readonly title?: string;
  /** Used where the caller gives none. */
  readonly labels?: Exclude<LabelsSpec, object>;
  /** How the outputs of a detector are read; what it is, whatever task the caller names. */
  readonly detector?: {
    readonly output: ManifestInput['output'];
    readonly classes: number;
    readonly resize: ManifestInput['input']['resize'];
  };
  readonly doubts: readonly Doubt[];
  /** Makes the error for a graph that cannot be described. */
  readonly damaged: (received: string) => Error;
}

/**
 * @param model the ONNX file, in parts
 * @throws CONVERT_INPUT_INVALID when the model does not take one picture
 * @throws LABELS_INVALID, MODEL_TASK_MISMATCH
 */
export function describeModel(
  model: readonly Uint8Array[],
  built: BuiltGraph,
  origin: Origin,
  options: DescribeOptions,
): Manifest {
  const { id, task = origin.detector ? 'detect' : 'classify' } = options;
  const { title } = origin;
  const manifest = manifestSchema.parse({
    id,
    ...(title && { title }),
    task,
    files: [{ path: `${id}.onnx`, sha256: sha256(...model), bytes: bytesIn(model) }],
    input: inputOf(built, origin),
    ...outputOf(built, origin, options),
    licence: 'unknown',
    source: options.source ?? id,
    ...cautionOf(origin.doubts),
    provenance: {
      format: origin.format,
      sourceSha256: origin.sourceSha256,
      converter: 'pictor',
      note: origin.note,
    },
  } satisfies ManifestInput);
  return { ...manifest, input: withInputOptions(manifest.input, options) };
}

/** Sentences for people about what is not certain. */
export function cautionOf(doubts: readonly Doubt[]): Pick<ManifestInput, 'caution'> {
  return doubts.length > 0 ? { caution: doubts.map(({ text }) => text).join(' ') } : {};
}

function inputOf({ inputs, pixels }: BuiltGraph, origin: Origin): ManifestInput['input'] {
  const [input, ...more] = inputs;
  const [, height, width, channels] = input?.shape ?? [];
  if (
    !input ||
    more.length > 0 ||
    input.shape.length !== 4 ||
    (channels !== 3 && channels !== 1) ||
    typeof height !== 'number' ||
    typeof width !== 'number'
  ) {
    const shapes = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
    throw origin.damaged(
      `inputs ${shapes.join(' and ') || '(none)'}, not one picture with three channels or one`,
    );
  }
  const bytes = input.type === 'uint8';
  const { channelOrder, ...scaling } = scalingOf(bytes ? '0..255' : (pixels ?? origin.pixels));
  const { kernel = 'bilinear', detector } = origin;
  return {
    name: input.name,
    layout: 'NCHW',
    width,
    height,
    channelOrder: channels === 1 ? 'GRAY' : channelOrder,
    resize:
      detector?.resize ??
      (origin.resize === 'crop'
        ? { rule: 'crop', shorterSide: origin.shorterSide ?? Math.min(width, height), kernel }
        : { rule: 'squash', kernel }),
    ...scaling,
    elementType: bytes ? 'uint8' : 'float32',
  };
}

function outputOf(
  { outputs }: BuiltGraph,
  origin: Origin,
  { task = 'classify', labels }: DescribeOptions,
): Pick<ManifestInput, 'output' | 'labels'> {
  if (task === 'embed') return { output: { decoder: 'embedding' } };
  if (origin.detector) return detectorOutput(origin.detector, labels);
  if (task === 'detect') {
    const boxes = outputs.find(({ shape }) => shape.length === 3 && shape[2] === 6);
    if (!boxes) {
      throw new PictorError('MODEL_TASK_MISMATCH', {
        expected: 'a detector with an output [1, N, 6]: box, score, class',
        received: outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', '),
        fix: 'Write the manifest by hand and add the model with: pictor models add',
      });
    }
    return {
      output: { decoder: 'centernet', parameters: { detections: boxes.name } },
      ...(labels?.length && { labels: { names: [...labels] } }),
    };
  }
  const [scores] = outputs;
  const classes = scores?.shape.at(-1);
  if (!scores || typeof classes !== 'number') throw origin.damaged('no output with a number for each class');
  if (labels) checkLabels(labels, classes);
  const fitted = fitLabels(labels, classes);
  const known = fitted.labels ?? (labels === undefined ? origin.labels : undefined);
  return {
    output: {
      decoder: 'classification',
      ...(outputs.length > 1 && { name: scores.name }),
      softmax: scores.last === 'other' ? 'outside' : 'inside',
      classOffset: fitted.classOffset,
    },
    ...(known && { labels: known }),
  };
}

function detectorOutput(
  { output, classes }: NonNullable<Origin['detector']>,
  labels: readonly string[] | undefined,
): Pick<ManifestInput, 'output' | 'labels'> {
  if (labels === undefined) return { output, ...(classes === 80 && { labels: 'coco-80' }) };
  if (labels.length === classes) return { output, labels: { names: [...labels] } };
  throw new PictorError('LABELS_INVALID', {
    expected: `${classes} labels, one for each class of the detector`,
    received: String(labels.length),
    fix: 'Pass the label file that belongs to the model with --labels',
  });
}

/** Bytes of all parts. */
export function bytesIn(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Hexadecimal SHA-256 of all parts in order. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
