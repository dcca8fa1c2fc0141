import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { type LabelRecord, resolveLabels } from '../../models/labels/index.ts';
import type { AnnotatedPicture } from '../detector.ts';
import { classFinder } from './class-finder.ts';
import { parseCocoJson } from './coco-json.ts';
import { pictureFiles, readText } from './files.ts';
import { parseYoloText } from './yolo-text.ts';

/**
 * Pictures of a folder with `images/` and `labels/`: `images/a/b.jpg` has its boxes in `labels/a/b.txt`. A picture
 * without such a file shows nothing.
 */
export async function readYoloFolder(
  folder: string,
  labels: readonly LabelRecord[],
): Promise<AnnotatedPicture[]> {
  const images = join(folder, 'images');
  const classOf = yoloClasses(labels);
  const pictures = await Promise.all(
    (await pictureFiles(images)).map(async (name) => {
      const label = join(folder, 'labels', `${name.slice(0, -extname(name).length)}.txt`);
      const annotated = existsSync(label);
      const truth = parseYoloText(annotated ? await readText(label) : '');
      return {
        image: join(images, name),
        name,
        annotated,
        truth: (picture: Parameters<typeof truth>[0]) =>
          truth(picture).map((item) => ({ ...item, classIndex: classOf(item.classIndex) })),
      };
    }),
  );
  if (!pictures.some(({ annotated }) => annotated)) {
    throw new PictorError('DATASET_INVALID', {
      expected: `text files in ${join(folder, 'labels')} named like the pictures in ${images}`,
      received: 'none',
    });
  }
  return pictures;
}

/**
 * Pictures of a COCO annotation file.
 *
 * @param images folder of the pictures (default: `images/` beside the file where that exists, else its own folder)
 */
export async function readCocoFile(
  path: string,
  labels: readonly LabelRecord[],
  images: string | undefined,
): Promise<AnnotatedPicture[]> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PictorError('DATASET_INVALID', { expected: 'JSON', received: path, cause });
  }
  const beside = join(dirname(path), 'images');
  const folder = images ?? (existsSync(beside) ? beside : dirname(path));
  return parseCocoJson(value, labels).map(({ fileName, truth }) => ({
    image: join(folder, fileName),
    name: fileName,
    truth,
  }));
}

/** YOLO files number COCO's 80 classes without gaps; models with the 91 ids of the paper count otherwise. */
function yoloClasses(labels: readonly LabelRecord[]): (index: number) => number {
  const gapless = labels === resolveLabels('coco-91') ? resolveLabels('coco-80') : labels;
  const find = classFinder(labels);
  return (index) => {
    const own = gapless[index];
    const place = gapless === labels ? index : own && find(own.label);
    if (own && place !== undefined) return place;
    throw new PictorError('DATASET_INVALID', {
      expected: `classes below ${gapless.length}, as many as the model has`,
      received: String(index),
    });
  };
}
