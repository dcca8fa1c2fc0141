import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import type { AnnotatedPicture } from '../detector.ts';
import type { TruthBox } from '../mean-average-precision.ts';
import { classFinder } from './class-finder.ts';

const schema = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string().min(1) })),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      category_id: z.number(),
      /** x, y, width, height in pixels. */
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      iscrowd: z.union([z.boolean(), z.number()]).optional(),
    }),
  ),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

/** A picture of a COCO file: its name as the file has it, and its boxes. */
export interface CocoPicture extends Pick<AnnotatedPicture, 'truth'> {
  readonly fileName: string;
}

/**
 * Truth boxes of a COCO annotation file (`instances_*.json`). Categories are matched to the model's labels by name;
 * a category that the model does not know is left out, as it cannot be found.
 *
 * @param value the parsed JSON
 * @param labels of the model
 * @throws DATASET_INVALID when it has another shape, or shares no category with the model
 */
export function parseCocoJson(value: unknown, labels: readonly LabelRecord[]): readonly CocoPicture[] {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new PictorError('DATASET_INVALID', {
      expected: 'a COCO file with images, annotations and categories',
      received: `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not valid'}`,
    });
  }
  const { images, annotations, categories } = result.data;
  const find = classFinder(labels);
  const classOf = new Map<number, number>();
  for (const { id, name } of categories) {
    const index = find(name);
    if (index !== undefined) classOf.set(id, index);
  }
  if (classOf.size === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'at least one category that the model knows',
      received: categories.map(({ name }) => name).join(', ') || 'no categories',
    });
  }
  const boxes = new Map<number, TruthBox[]>(images.map(({ id }) => [id, []]));
  for (const { image_id, category_id, bbox, iscrowd } of annotations) {
    const classIndex = classOf.get(category_id);
    const [x, y, width, height] = bbox;
    if (classIndex === undefined || width <= 0 || height <= 0) continue;
    boxes.get(image_id)?.push({
      classIndex,
      box: { x, y, width, height },
      ...(iscrowd && { crowd: true }),
    });
  }
  return images.map(({ id, file_name }) => ({ fileName: file_name, truth: () => boxes.get(id) ?? [] }));
}
