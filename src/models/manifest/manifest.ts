/**
 * A model's manifest: everything that differs from model to model, as data.
 *
 * @module
 */
import * as z from 'zod';
import { inputSpecSchema } from '../../image/input-spec.ts';
import { MODEL_TASKS } from './model-tasks.ts';

const taskSchema = z.enum(MODEL_TASKS);

/** One file of a model. `path` is relative to the manifest. */
const modelFileSchema = z.object({
  path: z.string().min(1),
  /** Tried in order. Empty for local models. */
  urls: z.array(z.url()).default([]),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
});

/** Scores over classes. */
const classificationOutputSchema = z.object({
  decoder: z.literal('classification'),
  /** Name of the graph output; the first one when absent. */
  name: z.string().optional(),
  /** Whether the graph already applies softmax. */
  softmax: z.enum(['inside', 'outside', 'sigmoid']),
  /** Output index of the first label (1 where class 0 is "background"). */
  classOffset: z.int().nonnegative().default(0),
  /** Score from which on a class is said of a picture, by class index; of models that Pictor trained. */
  thresholds: z.array(z.number().min(0).max(1)).optional(),
  /** How the graph tells pictures that are like none it was trained on; of models that Pictor trained. */
  unknown: z
    .object({
      /** Output `[N]`: distance to the nearest known pictures, 0 (the same) to 2. */
      distance: z.string(),
      /** Output `[N]`: class index of the nearest known picture. */
      nearest: z.string(),
      /** A picture farther away than this is unknown. */
      threshold: z.number(),
      /** Share of known pictures within the threshold, 0..1. */
      knownShare: z.number().min(0).max(1),
    })
    .optional(),
});

/** A feature vector. */
const embeddingOutputSchema = z.object({ decoder: z.literal('embedding'), name: z.string().optional() });

/** Detectors: `decoder` names a file in tasks/decoders, `parameters` is checked by that file's own schema. */
const detectionOutputSchema = z.object({
  decoder: z.enum([
    'centernet',
    'ssd',
    'ssd-raw',
    'retinanet',
    'yolov3',
    'yolov3-nms',
    'yolov5',
    'yolov8',
    'yolov10',
    'yolox',
    'nanodet',
  ]),
  parameters: z.record(z.string(), z.unknown()).default({}),
});

const outputSpecSchema = z.discriminatedUnion('decoder', [
  classificationOutputSchema,
  embeddingOutputSchema,
  detectionOutputSchema,
]);

/** Labels: a built-in set, or the model's own list. */
const labelsSchema = z.union([
  z.enum(['imagenet-1k', 'coco-80', 'coco-91', 'nsfw-5']),
  z.object({
    /** English (or the model's own) names, by class index. */
    names: z.array(z.string()).min(1),
    /** Chinese names, same order. */
    zh: z.array(z.string()).optional(),
  }),
]);

export const manifestSchema = z.object({
  schema: z.literal(1).default(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore'),
  title: z.string().optional(),
  task: taskSchema,
  /** The first file is the ONNX graph. */
  files: z.array(modelFileSchema).min(1),
  input: inputSpecSchema,
  output: outputSpecSchema,
  labels: labelsSchema.optional(),
  /** Penultimate tensor whose values are the picture's features; found by graph walk when absent. */
  embedding: z.object({ tensor: z.string(), size: z.int().positive() }).optional(),
  licence: z.string(),
  source: z.string(),
  /** What is not certain about this entry, in words: a contested recipe, an unmeasured accuracy. */
  caution: z.string().optional(),
  accuracy: z
    .object({
      top1: z.number().optional(),
      top5: z.number().optional(),
      map: z.number().optional(),
      note: z.string(),
    })
    .optional(),
  /** Counts up with each training of one id. */
  version: z.int().positive().optional(),
  /** How a converted model came to be. */
  provenance: z
    .object({
      format: z.string(),
      sourceSha256: z.string(),
      converter: z.string(),
      note: z.string().optional(),
    })
    .optional(),
});

export type Task = z.infer<typeof taskSchema>;
export type ModelFile = Readonly<z.infer<typeof modelFileSchema>>;
export type OutputSpec = z.infer<typeof outputSpecSchema>;
export type LabelsSpec = z.infer<typeof labelsSchema>;
/** A resolved manifest: every default filled in. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
/** A manifest as written: defaults may be left out. */
export type ManifestInput = z.input<typeof manifestSchema>;
