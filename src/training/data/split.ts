/**
 * Which pictures are trained on and which are held out.
 *
 * @module
 */
import { seededRandom, shuffled } from './random.ts';
import type { Part } from './types.ts';

/** What the split looks at. */
export interface SplitItem {
  readonly classIndex: number;
  /** Pictures of one group look alike and never part: no picture is tested that was as good as trained on. */
  readonly group: number;
  /** The part that the data set gives. */
  readonly part?: Part;
}

export interface SplitOptions {
  readonly seed: number;
  /** Share that is held out until the end, 0..1, where the data set has no test part of its own. */
  readonly testShare: number;
  /** Share of the rest that decides between candidates, 0..1, where the data set has no validation part. */
  readonly validationShare: number;
}

/**
 * Gives every picture a part: what the data set says, and where it says nothing, drawn class by class. The same items
 * in the same order with the same seed give the same parts.
 */
export function splitParts(items: readonly SplitItem[], options: SplitOptions): Part[] {
  const has = (part: Part) => items.some((item) => item.part === part);
  // A list that names only some parts leaves the others to be drawn.
  const parts = items.map((item): Part => item.part ?? 'train');
  const drawable = (index: number) => items[index]?.part === undefined || items[index]?.part === 'train';
  if (!has('test') && !has('validation')) draw('test', options.testShare);
  if (!has('validation')) draw('validation', options.validationShare);
  return parts;

  function draw(part: Part, share: number): void {
    if (share <= 0) return;
    const free = items.map((_, index) => index).filter((i) => parts[i] === 'train' && drawable(i));
    for (const [classIndex, groups] of groupsByClass(items, free)) {
      const total = groups.reduce((sum, group) => sum + group.length, 0);
      let wanted = Math.round(total * share);
      if (wanted === 0 && total >= 3) wanted = 1;
      for (const group of shuffled(groups, seededRandom(options.seed, `${part} ${classIndex}`))) {
        // A group that would leave the class with next to nothing to learn from stays in training.
        if (wanted <= 0) break;
        if (group.length > wanted && group.length > total / 2) continue;
        for (const index of group) parts[index] = part;
        wanted -= group.length;
      }
    }
  }
}

/** Groups of each class, in order of appearance; a group of several classes is left out and stays in training. */
function groupsByClass(items: readonly SplitItem[], free: readonly number[]): Map<number, number[][]> {
  const members = new Map<number, number[]>();
  for (const index of free) {
    const group = items[index]?.group ?? -1;
    const own = members.get(group);
    if (own) own.push(index);
    else members.set(group, [index]);
  }
  const byClass = new Map<number, number[][]>();
  for (const group of members.values()) {
    const classes = new Set(group.map((index) => items[index]?.classIndex ?? -1));
    const [classIndex] = classes;
    if (classIndex === undefined || classes.size > 1) continue;
    const own = byClass.get(classIndex);
    if (own) own.push(group);
    else byClass.set(classIndex, [group]);
  }
  return byClass;
}

/**
 * Cross-validation folds, stratified and grouped: which fold each picture is held out in.
 *
 * @param count number of folds, at least 2
 */
export function drawFolds(
  items: readonly Pick<SplitItem, 'classIndex' | 'group'>[],
  count: number,
  seed: number,
): Int32Array {
  const folds = new Int32Array(items.length);
  const all = items.map((_, index) => index);
  let next = 0;
  const taken = new Set<number>();
  for (const [classIndex, groups] of groupsByClass(items, all)) {
    for (const group of shuffled(groups, seededRandom(seed, `folds ${classIndex}`))) {
      for (const index of group) {
        folds[index] = next;
        taken.add(index);
      }
      next = (next + 1) % count;
    }
  }
  // Groups of several classes: whole, in one fold.
  for (const index of all) if (!taken.has(index)) folds[index] = (items[index]?.group ?? 0) % count;
  return folds;
}
