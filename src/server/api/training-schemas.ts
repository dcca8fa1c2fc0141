/**
 * The zod schemas of training: what is validated is what `/openapi.json` says.
 *
 * @module
 */
import * as z from 'zod';
import { AUGMENTATION_KINDS } from '../../training/augmentation/kinds.ts';

const share = (min: number, max: number) =>
  z.number().min(min).max(max).describe(`a number from ${min} to ${max}`).optional();
const flag = z.boolean().describe('true or false').optional();

export const modelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,57}$/)
  .describe('the name of a model: lower-case letters, digits, dots, dashes, underscores');

const options = {
  id: modelId.optional(),
  model: z.string().min(1).max(200).describe('the id of a backbone').optional(),
  seed: z.int().nonnegative().describe('a whole number of at least 0').optional(),
};

/** `POST /v1/train` */
export const trainOptions = z.object({
  ...options,
  add: z
    .boolean()
    .describe('true to add the pictures to the model of that id instead of making another one')
    .optional(),
  head: z.enum(['logistic', 'nearest', 'means']).describe('logistic, nearest or means').optional(),
  classWeights: z.enum(['auto', 'none', 'balanced']).describe('auto, none or balanced').optional(),
  testShare: share(0.05, 0.5),
  knownShare: share(0.5, 0.999),
  strict: flag,
  fineTune: flag,
  layers: z.string().min(1).max(300).describe('last, all, or the name of a tensor').optional(),
  epochs: z.int().min(1).max(1000).describe('a whole number from 1 to 1000').optional(),
  batchSize: z.int().min(1).max(1024).describe('a whole number from 1 to 1024').optional(),
  learningRate: z.number().min(1e-7).max(1).describe('a number from 0.0000001 to 1').optional(),
  augment: z
    .array(z.enum(AUGMENTATION_KINDS))
    .describe(`some of ${AUGMENTATION_KINDS.join(', ')}`)
    .optional(),
  seconds: z.number().min(1).max(86_400).describe('seconds of fine-tuning at most, 1 to 86400').optional(),
});

/** `POST /v1/train/check` */
export const checkOptions = z.object({ model: options.model, seed: options.seed, labels: flag });

const names = z.string().min(1).max(1000);

/** Where pictures are that need not be sent, and corrections to them. */
export const picturesBody = z.object({
  folder: z
    .string()
    .max(1000)
    .optional()
    .describe('a folder below one that the operator permitted (`jobs.trainFolders`)'),
  job: z.string().max(100).optional().describe('the id of an earlier job, whose pictures are taken again'),
  exclude: z.array(names).max(100_000).optional().describe('names of pictures to leave out'),
  relabel: z
    .record(names, z.string().min(1).max(200))
    .optional()
    .describe('class by name of a picture, for pictures that belong to another class'),
  removeClasses: z
    .array(z.string().min(1).max(200))
    .min(1)
    .optional()
    .describe('classes to take from the model of that id; no pictures are needed'),
});

const figures = {
  level: z.enum(['head', 'fine-tune']),
  heldOut: z.enum(['test', 'validation']),
  pictures: z.int().describe('Held out, which the figures are from'),
  top1: z.number(),
  interval: z.array(z.number()).describe('95 % confidence'),
  ece: z.number(),
  logLoss: z.number(),
};

/** `GET /v1/train` */
export const trainingAnswer = z
  .object({
    backbones: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        task: z.string(),
        licence: z.string(),
        bytes: z.int(),
        top1: z.number().optional().describe('Accuracy on ImageNet, where it is known'),
        preferred: z.boolean().describe('Whether it is taken where none is named'),
      }),
    ),
    note: z.string().optional().describe('What a better backbone would bring, and how to get it'),
    folders: z.array(z.string()).describe('Permitted folders that can be named'),
    models: z.array(z.string()).describe('Models that were trained here'),
    uploadBytes: z.int().describe('Of one archive, at most'),
    pack: z.boolean().describe('Whether models can be packed as functions here'),
  })
  .meta({ id: 'Training' });

const version = z
  .object({
    version: z.int(),
    current: z.boolean(),
    createdAt: z.string(),
    bytes: z.int().describe('Of the ONNX file'),
    backbone: z.string(),
    classes: z.array(z.string()),
    ...figures,
    comparison: z
      .object({ version: z.int(), n: z.int(), before: z.number(), after: z.number() })
      .optional()
      .describe('Against an earlier version, on the pictures that both hold out'),
    files: z.array(z.object({ name: z.string(), mediaType: z.string(), url: z.string() })),
  })
  .meta({ id: 'ModelVersion' });

/** `GET /v1/models/:id/versions` */
export const versionsAnswer = z
  .object({
    id: z.string(),
    served: z.int().optional().describe('Version that this server answers with'),
    versions: z.array(version),
  })
  .meta({ id: 'ModelVersions' });

/** `GET /v1/models/:id/compare` */
export const comparisonAnswer = z
  .object({
    from: z.int(),
    to: z.int(),
    pictures: z.int().describe('That both versions hold out'),
    before: z.number().describe('Share that `from` has right'),
    after: z.number(),
    fixed: z.array(z.string()).describe('Wrong before, right now'),
    broken: z.array(z.string()).describe('Right before, wrong now'),
  })
  .meta({ id: 'VersionComparison' });

export const rollbackBody = z.object({
  version: z
    .int()
    .min(1)
    .describe('a version of the model; without it, the one before the current one')
    .optional(),
});

export const servedAnswer = z
  .object({ id: z.string(), version: z.int().optional(), state: z.string() })
  .meta({ id: 'ServedModel' });

/** `POST /v1/models/:id/pack` */
export const packOptions = z.object({
  platform: z.string().min(1).max(50).describe('a platform, e.g. scf, lambda, fc, container'),
  arch: z.enum(['x64', 'arm64']).describe('x64 or arm64').optional(),
  backend: z.enum(['native', 'wasm']).describe('native or wasm').optional(),
  kind: z.enum(['event', 'web']).describe('event or web').optional(),
});
