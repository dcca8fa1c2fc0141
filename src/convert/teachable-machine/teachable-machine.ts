import * as z from 'zod';
import { damaged } from '../tfjs/damaged.ts';
import { parseJson } from '../tfjs/model-json.ts';

const metadataSchema = z.object({
  labels: z.array(z.string().min(1)).min(1).max(100_000),
  imageSize: z.int().min(1).max(4096).optional(),
  modelName: z.string().max(200).optional(),
});

/** What `metadata.json` of a Teachable Machine export says. */
export interface TeachableMachine {
  readonly labels: readonly string[];
  /** Pixels of both sides. */
  readonly imageSize?: number | undefined;
  readonly title?: string;
}

/**
 * Reads the `metadata.json` beside a Teachable Machine model. Its pictures are cut to a square in the middle and scaled to
 * −1..1.
 *
 * @returns undefined for a metadata.json of another kind
 * @throws CONVERT_INPUT_INVALID when the labels are damaged
 * @see https://github.com/googlecreativelab/teachablemachine-community/tree/master/libraries/image
 */
export function readTeachableMachine(metadata: Uint8Array): TeachableMachine | undefined {
  const value = parseJson(metadata, 'metadata.json');
  if (typeof value !== 'object' || value === null || !('labels' in value)) return undefined;
  const result = metadataSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw damaged(`metadata.json with ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { labels, imageSize, modelName } = result.data;
  return { labels, imageSize, ...(modelName && { title: modelName }) };
}
