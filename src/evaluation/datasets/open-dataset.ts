/**
 * Data sets on disk: which layout a folder or file has, and its pictures with the truth about them.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import type { LabelledPicture } from '../classifier.ts';
import type { AnnotatedPicture } from '../detector.ts';
import { readCocoFile, readYoloFolder } from './annotated.ts';
import { pictureFiles, subfolders } from './files.ts';
import { readClassFolders, readSynsetNames, readTable, SYNSET_NAME } from './labelled.ts';

/** A data set whose layout is known; its pictures are read once the labels of a model are. */
export type Dataset =
  | {
      readonly kind: 'classes';
      readonly layout: 'class-folders' | 'synset-names' | 'table';
      readonly read: (labels: readonly LabelRecord[]) => Promise<LabelledPicture[]>;
    }
  | {
      readonly kind: 'boxes';
      readonly layout: 'yolo' | 'coco';
      readonly read: (labels: readonly LabelRecord[]) => Promise<AnnotatedPicture[]>;
    };

export interface DatasetOptions {
  /** Folder of the pictures that a COCO file names (default: `images/` beside it, else its own folder). */
  readonly images?: string;
}

/**
 * Finds out what a data set is: a folder of class folders; a folder of pictures whose names start with a synset; a
 * table of paths and classes (`.tsv`, `.txt`); a folder with `images/` and `labels/` (YOLO text); a COCO file (`.json`).
 *
 * @param path folder or file
 * @throws DATASET_INVALID when it is nothing of these
 * @example
 * const dataset = await openDataset('flowers/val');
 * if (dataset.kind === 'classes') await evaluateClassifier(classifier, await dataset.read(classifier.labels));
 */
export async function openDataset(path: string, options: DatasetOptions = {}): Promise<Dataset> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return fileDataset(path, options);
  if (!found?.isDirectory()) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'a folder or a file',
      received: `nothing at ${path}`,
    });
  }
  const folders = await subfolders(path);
  if (folders.includes('images') && folders.includes('labels')) {
    return { kind: 'boxes', layout: 'yolo', read: (labels) => readYoloFolder(path, labels) };
  }
  const files = await pictureFiles(path);
  if (files.some((name) => SYNSET_NAME.test(name) && !name.includes('/'))) {
    return { kind: 'classes', layout: 'synset-names', read: (labels) => readSynsetNames(path, labels) };
  }
  if (files.some((name) => name.includes('/'))) {
    return { kind: 'classes', layout: 'class-folders', read: (labels) => readClassFolders(path, labels) };
  }
  throw new PictorError('DATASET_INVALID', {
    expected:
      'class folders with pictures, pictures whose names start with a synset, or the folders images and labels',
    received:
      files.length > 0 ? `${path} with ${files.length} pictures and no classes` : `${path} without pictures`,
    fix: 'For another arrangement write a table: a path, a tab and a class on each line',
  });
}

function fileDataset(path: string, { images }: DatasetOptions): Dataset {
  const ending = extname(path).toLowerCase();
  if (ending === '.json') {
    return { kind: 'boxes', layout: 'coco', read: (labels) => readCocoFile(path, labels, images) };
  }
  if (ending === '.tsv' || ending === '.txt') {
    return { kind: 'classes', layout: 'table', read: (labels) => readTable(path, labels) };
  }
  throw new PictorError('DATASET_INVALID', {
    expected: 'a table (.tsv) or a COCO file (.json)',
    received: path,
  });
}
