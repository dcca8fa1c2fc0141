import { memoryLimit } from '../../base/memory-limit.ts';
import { cpuQuota } from '../../engine/cpu-quota.ts';
import { PictorError } from '../../errors.ts';
import type { FineTuneInput, FineTuneOptions, OptimizerSpec, TrainedLayers } from './types.ts';

/** Options with every default filled in, as plain data. */
export interface FineTuneSettings {
  readonly layers: TrainedLayers;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: OptimizerSpec;
  readonly weightDecay: number;
  readonly warmUp: number;
  readonly labelSmoothing: number;
  readonly flip: boolean;
  readonly crop: number;
  readonly color: number;
  readonly erase: number;
  readonly variants: number;
  readonly seed: number;
  readonly threads: number;
  readonly timeMs: number | undefined;
  readonly memoryBytes: number;
  readonly resume: boolean;
}

/** @throws OPTION_INVALID */
export function resolveSettings(options: FineTuneOptions, pictures: number): FineTuneSettings {
  const { augmentation = {}, optimizer = { kind: 'adam' } } = options;
  const settings: FineTuneSettings = {
    layers: options.layers ?? 'last',
    epochs: whole('epochs', options.epochs ?? 6, 1, 10_000),
    batchSize: Math.min(whole('batchSize', options.batchSize ?? 16, 1, 1024), Math.max(1, pictures)),
    learningRate: within(
      'learningRate',
      options.learningRate ?? (optimizer.kind === 'adam' ? 1e-3 : 1e-2),
      1e-12,
      10,
    ),
    optimizer,
    weightDecay: within('weightDecay', options.weightDecay ?? 1e-4, 0, 1),
    warmUp: within('warmUp', options.warmUp ?? 0.05, 0, 1),
    labelSmoothing: within('labelSmoothing', options.labelSmoothing ?? 0.05, 0, 0.9),
    flip: augmentation.flip ?? true,
    crop: within('augmentation.crop', augmentation.crop ?? 1, 0.05, 1),
    color: within('augmentation.color', augmentation.color ?? 0, 0, 1),
    erase: within('augmentation.erase', augmentation.erase ?? 0, 0, 0.9),
    variants: whole('augmentation.variants', augmentation.variants ?? 4, 1, 100),
    seed: whole('seed', options.seed ?? 1, 0, 2 ** 31),
    threads: whole('threads', options.threads ?? cpuQuota(), 1, 256),
    timeMs: options.timeMs === undefined ? undefined : within('timeMs', options.timeMs, 1, 1e12),
    resume: options.resume ?? true,
    memoryBytes: within('memoryBytes', options.memoryBytes ?? memoryLimit(), 1, 1e15),
  };
  const { layers } = settings;
  if (layers !== 'last' && layers !== 'all' && typeof layers.after !== 'string') {
    throw new PictorError('OPTION_INVALID', { expected: "layers to be 'last', 'all' or { after: tensor }" });
  }
  return settings;
}

/** @throws DATASET_INVALID, OPTION_INVALID */
export function checkInput({ head, train, validation }: FineTuneInput): void {
  const classes = head.bias.length;
  if (classes < 2 || head.weights.length % classes !== 0 || head.taps.length === 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a head with at least 2 classes and a row of weights for each',
      received: `${classes} classes, ${head.weights.length} weights, ${head.taps.length} taps`,
    });
  }
  for (const [part, pictures] of [
    ['training', train],
    ['validation', validation],
  ] as const) {
    if (pictures.length === 0) {
      throw new PictorError('DATASET_INVALID', {
        expected: `at least one picture in the ${part} part`,
        received: 'none',
      });
    }
    for (const { classIndex, weight = 1 } of pictures) {
      if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes || !(weight >= 0)) {
        throw new PictorError('DATASET_INVALID', {
          expected: `classes 0 to ${classes - 1} and weights of 0 or more`,
          received: `class ${classIndex} with weight ${weight}`,
        });
      }
    }
  }
}

function whole(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value)) return within(name, value, min, max);
  throw new PictorError('OPTION_INVALID', {
    expected: `${name} to be a whole number`,
    received: String(value),
  });
}

function within(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new PictorError('OPTION_INVALID', {
    expected: `${name} to be from ${min} to ${max}`,
    received: String(value),
  });
}
