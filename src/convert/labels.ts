import { PictorError } from '../errors.ts';
import type { LabelsSpec } from '../models/manifest/manifest.ts';

const IMAGENET = { first: 'tench', last: /toilet (tissue|paper)/ };

/** Label lists of ImageNet models often count the "background" that the model does, or does not, have. */
export function fitLabels(
  names: readonly string[] | undefined,
  classes: number,
): { readonly labels?: LabelsSpec; readonly classOffset: number } {
  if (!names?.length) return { classOffset: 0 };
  const background = /^(background|___background___|none|\?\?\?)$/i.test(names[0] ?? '');
  const own = background ? names.slice(1) : names;
  const classOffset = classes - own.length;
  const imagenet =
    own.length === 1000 && own[0]?.startsWith(IMAGENET.first) && IMAGENET.last.test(own[999] ?? '');
  if (imagenet && (classOffset === 0 || classOffset === 1)) return { labels: 'imagenet-1k', classOffset };
  // One label short: class 0 is the background that the list leaves out.
  if (classOffset === 0 || (classOffset === 1 && !background))
    return { labels: { names: [...own] }, classOffset };
  return names.length === classes ? { labels: { names: [...names] }, classOffset: 0 } : { classOffset: 0 };
}

/** @throws LABELS_INVALID unless there is a label for each output, or for each but the background */
export function checkLabels(labels: readonly string[], classes: number): void {
  if (labels.length === classes || labels.length === classes - 1) return;
  throw new PictorError('LABELS_INVALID', {
    expected: `${classes} labels, one for each output`,
    received: String(labels.length),
    fix: 'Pass the label file that belongs to the model',
  });
}
