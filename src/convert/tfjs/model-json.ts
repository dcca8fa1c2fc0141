/**
 * `model.json` of TensorFlow.js: what graph models and layers models have in common.
 *
 * @module
 */
import * as z from 'zod';
import { damaged } from './damaged.ts';

const quantizationSchema = z.discriminatedUnion('dtype', [
  z.object({ dtype: z.literal('float16') }),
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
]);

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()).max(8),
  dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
  quantization: quantizationSchema.optional(),
});

const groupSchema = z.object({
  paths: z.array(z.string().min(1)).min(1).max(10_000),
  weights: z.array(weightSchema).max(100_000),
});

const modelSchema = z.object({
  format: z.string().nullish(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(groupSchema).max(10_000).default([]),
  signature: z.unknown().optional(),
  userDefinedMetadata: z.record(z.string(), z.unknown()).nullish(),
});

export type WeightSpec = z.infer<typeof weightSchema>;
export type WeightGroup = z.infer<typeof groupSchema>;
export type TfjsModelJson = z.infer<typeof modelSchema>;

/** Longest `model.json` that is parsed. The longest real ones have about 2 MB. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;

/**
 * Checks the parts of a `model.json` that every importer needs.
 *
 * @param bytes the file
 * @throws CONVERT_INPUT_INVALID
 */
export function parseModelJson(bytes: Uint8Array): TfjsModelJson {
  return checkModelJson(parseJson(bytes, 'model.json'));
}

/** {@link parseModelJson} for a value that is parsed already. */
export function checkModelJson(value: unknown): TfjsModelJson {
  const result = modelSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(`model.json with ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

/** Parses a JSON file of bounded size. */
export function parseJson(bytes: Uint8Array, name: string): unknown {
  if (bytes.byteLength > MAX_JSON_BYTES) throw damaged(`${name} of ${bytes.byteLength} bytes`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const said = error instanceof Error ? error.message : 'unreadable';
    throw damaged(`${name} that is not JSON (${said})`, error);
  }
}

/** Which kind of model a `model.json` holds. */
export function kindOfModel(model: TfjsModelJson): 'graph' | 'layers' {
  if (model.format === 'graph-model') return 'graph';
  if (model.format === 'layers-model') return 'layers';
  return Array.isArray(model.modelTopology['node']) ? 'graph' : 'layers';
}
