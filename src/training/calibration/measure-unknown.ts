import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import { pictureFiles } from '../../evaluation/datasets/files.ts';
import type { PreparedData } from '../data/prepare-data.ts';
import { seededRandom, shuffled } from '../data/random.ts';
import type { TappedBackbone } from '../features/choose-taps.ts';
import { extractFeatures } from '../features/extract-features.ts';
import type { FittedModel } from '../fit-model.ts';
import { innerProducts } from '../graph/inner-products.ts';
import { type Matrix, pickRows, rowOf, unitRows } from '../matrix.ts';
import type { RocMeasures, UnknownMeasures } from '../report/types.ts';
import { auroc, distancesTo, kthGreatest } from './known-bank.ts';

interface Given {
  readonly engine: Engine;
  readonly cacheFolder: string;
  readonly backbone: TappedBackbone;
  readonly fitted: FittedModel;
  readonly data: PreparedData;
  readonly features: Matrix;
  readonly trainRows: readonly number[];
  /** Distances of the held-out pictures. */
  readonly held: Float32Array;
  readonly knownShare: number;
  readonly seed: number;
  /** Folder of pictures of no class. */
  readonly unknown?: string;
  readonly signal?: AbortSignal;
}

/** Classes that are left out in turn, at most. */
const MOST_LEFT_OUT = 20;

/** How well unknown pictures are told: far ones, if there are some, and each class when it is left out. */
export async function measureUnknown(given: Given): Promise<UnknownMeasures> {
  const { fitted, held, knownShare, unknown } = given;
  const { threshold } = fitted;
  const far = unknown === undefined ? undefined : await farFrom(unknown, given);
  const near = given.data.classes.length < 3 ? undefined : await leftOut(given);
  return {
    threshold,
    knownShare,
    heldOutKnown: held.filter((distance) => distance <= threshold).length / (held.length || 1),
    ...(far && { far }),
    ...(near && { near }),
  };
}

async function farFrom(folder: string, given: Given): Promise<RocMeasures> {
  const names = await pictureFiles(folder);
  if (names.length === 0) {
    throw new PictorError('DATASET_INVALID', { expected: `pictures in ${folder}`, received: 'none' });
  }
  const pictures = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return { path, name, sha256 };
    }),
  );
  const { features, failed } = await extractFeatures(given.backbone, pictures, {
    engine: given.engine,
    cacheFolder: given.cacheFolder,
    ...(given.signal && { signal: given.signal }),
  });
  const rows = [...pictures.keys()].filter((index) => !failed.has(index));
  const { distances } = await distancesTo(given.fitted.bank, pickRows(features, rows));
  return rocOf(given.held, distances, given.fitted.threshold);
}

/** Pictures of each class against all others. */
async function leftOut({ data, features, trainRows, seed, fitted }: Given): Promise<RocMeasures> {
  const rows =
    trainRows.length <= MOST_COMPARED
      ? trainRows
      : shuffled(trainRows, seededRandom(seed, 'left out')).slice(0, MOST_COMPARED);
  const unit = unitRows(pickRows(features, rows));
  const similarities = await innerProducts(unit, unit);
  const pictures = rows.flatMap((row) => data.pictures[row] ?? []);
  const known: number[] = [];
  const unknown: number[] = [];
  for (const left of data.classes.slice(0, MOST_LEFT_OUT).keys()) {
    for (const [i, picture] of pictures.entries()) {
      const own = rowOf(similarities, i);
      const others = pictures.flatMap(({ classIndex, group }, j) =>
        classIndex === left || group === picture.group ? [] : [own[j] ?? 0],
      );
      const distance = 1 - (kthGreatest(others, fitted.bank.neighbour) ?? 0);
      (picture.classIndex === left ? unknown : known).push(distance);
    }
  }
  return rocOf(known, unknown, fitted.threshold);
}

/** Pictures that are compared with each other, at most. */
const MOST_COMPARED = 1000;

/** Points of a curve that a report can hold. */
const CURVE_POINTS = 100;

function rocOf(known: ArrayLike<number>, unknown: ArrayLike<number>, threshold: number): RocMeasures {
  const sorted = Array.from(known).sort((a, b) => a - b);
  const others = Array.from(unknown).sort((a, b) => a - b);
  const above = (values: readonly number[], limit: number) =>
    values.filter((value) => value > limit).length / (values.length || 1);
  const limits = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const at = Math.round((i / CURVE_POINTS) * (sorted.length - 1));
    return sorted[at] ?? 0;
  });
  const curve = limits.map((limit): readonly [number, number] => [
    above(sorted, limit),
    above(others, limit),
  ]);
  return {
    n: others.length,
    auroc: auroc(sorted, others),
    detected: above(others, threshold),
    curve: [...new Map(curve.map((point) => [point.join(), point])).values()].reverse(),
  };
}
