import { createHash } from 'node:crypto';
import { PictorError } from '../../errors.ts';
import { type Manifest, type ManifestInput, manifestSchema } from '../../models/manifest/manifest.ts';
import { checkLabels, fitLabels } from '../labels.ts';
import { damaged } from './damaged.ts';
import type { BuiltGraph, PixelRange, TfjsFiles, TfjsImportOptions } from './types.ts';

type Triple = [number, number, number];

/** `(pixel − mean) / std` gives the range. */
const RANGES: Readonly<Record<PixelRange, { readonly mean: number; readonly std: number }>> = {
  '0..1': { mean: 0, std: 255 },
  '-1..1': { mean: 127.5, std: 127.5 },
  '0..255': { mean: 0, std: 1 },
};

/**
 * The manifest of a converted TensorFlow.js model.
 *
 * @param model the ONNX file
 * @throws CONVERT_INPUT_INVALID when the model does not take one picture
 * @throws LABELS_INVALID, MODEL_TASK_MISMATCH
 */
export function describe(
  files: TfjsFiles,
  model: Uint8Array,
  built: BuiltGraph,
  options: TfjsImportOptions & { readonly format: string },
): Manifest {
  const { id, task = 'classify' } = options;
  return manifestSchema.parse({
    id,
    task,
    files: [{ path: `${id}.onnx`, sha256: sha256(model), bytes: model.byteLength }],
    input: inputOf(built, options),
    ...outputOf(built, options),
    licence: 'unknown',
    source: options.source ?? id,
    ...cautionOf(built, options),
    provenance: {
      format: options.format,
      sourceSha256: sha256(files.modelJson, ...files.shards.values()),
      converter: 'pictor',
      note: 'TensorFlow.js to ONNX, NCHW, weights in their size; the hash is that of model.json and the weights files in order',
    },
  } satisfies ManifestInput);
}

function inputOf({ inputs, pixels }: BuiltGraph, options: TfjsImportOptions): ManifestInput['input'] {
  const [input, ...more] = inputs;
  const [, height, width, channels] = input?.shape ?? [];
  if (
    !input ||
    more.length > 0 ||
    input.shape.length !== 4 ||
    channels !== 3 ||
    typeof height !== 'number' ||
    typeof width !== 'number'
  ) {
    const shapes = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
    throw damaged(`inputs ${shapes.join(' and ') || '(none)'}, not one picture with three channels`);
  }
  const bytes = input.type === 'uint8';
  const { mean, std } = RANGES[bytes ? '0..255' : (options.pixels ?? pixels ?? '-1..1')];
  return {
    name: input.name,
    layout: 'NCHW',
    width,
    height,
    channelOrder: 'RGB',
    resize:
      options.resize === 'crop'
        ? { rule: 'crop', shorterSide: Math.min(width, height), kernel: 'bilinear' }
        : { rule: 'squash', kernel: 'bilinear' },
    mean: triple(mean),
    std: triple(std),
    elementType: bytes ? 'uint8' : 'float32',
  };
}

function outputOf(
  { outputs }: BuiltGraph,
  { task = 'classify', labels }: TfjsImportOptions,
): Pick<ManifestInput, 'output' | 'labels'> {
  if (task === 'embed') return { output: { decoder: 'embedding' } };
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
  if (!scores || typeof classes !== 'number') throw damaged('no output with a number for each class');
  if (labels) checkLabels(labels, classes);
  const fitted = fitLabels(labels, classes);
  return {
    output: {
      decoder: 'classification',
      ...(outputs.length > 1 && { name: scores.name }),
      softmax: scores.last === 'other' ? 'outside' : 'inside',
      classOffset: fitted.classOffset,
    },
    ...(fitted.labels && { labels: fitted.labels }),
  };
}

function cautionOf(built: BuiltGraph, options: TfjsImportOptions): Pick<ManifestInput, 'caution'> {
  const doubts = [
    ...(options.pixels || built.pixels || built.inputs[0]?.type === 'uint8'
      ? []
      : ['The model does not say how pixels are scaled; −1..1 is assumed.']),
    ...(built.openSize && options.side === undefined
      ? ['The model takes pictures of any size; 224 pixels are assumed.']
      : []),
  ];
  return doubts.length > 0 ? { caution: doubts.join(' ') } : {};
}

function triple(value: number): Triple {
  return [value, value, value];
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
