import { PictorError } from '../../errors.ts';
import type { LabelsSpec } from '../../models/manifest/manifest.ts';

const BACKGROUND = /^(background|___background___|none|\?\?\?)$/i;

const IMAGENET = { first: 'tench', last: /toilet (tissue|paper)/ };

/** Label lists of ImageNet models often count the "background" that the model does, or does not, have. */
export function fitLabels(
  names: readonly string[] | undefined,
  classes: number,
): { readonly labels?: LabelsSpec; readonly classOffset: number } {
  if (!names?.length) return { classOffset: 0 };
  const background = BACKGROUND.test(names[0] ?? '');
  const own = background ? names.slice(1) : names;
  const classOffset = classes - own.length;
  if (isImagenet(own) && (classOffset === 0 || classOffset === 1))
    return { labels: 'imagenet-1k', classOffset };
  if (classOffset === 0) return { labels: { names: [...own] }, classOffset };
  return names.length === classes ? { labels: { names: [...names] }, classOffset: 0 } : { classOffset: 0 };
}

function isImagenet(names: readonly string[]): boolean {
  return (
    names.length === 1000 &&
    (names[0]?.startsWith(IMAGENET.first) ?? false) &&
    IMAGENET.last.test(names[999] ?? '')
  );
}

/**
 * A list that is too short would name every class behind the gap wrongly, so that only lists that fit pass: one name for
 * each output, one more for a "background" that the model does not have, and ImageNet's 1000 for its 1001 outputs.
 *
 * @throws LABELS_INVALID
 */
export function checkLabels(labels: readonly string[], classes: number): void {
  if (fitLabels(labels, classes).labels !== undefined) return;
  throw new PictorError('LABELS_INVALID', {
    expected: `${classes} labels, one for each output`,
    received: String(labels.length),
    fix: 'Pass the label file that belongs to the model with --labels',
  });
}

/**
 * Labels of a detector, one for each class; a background in front of them is dropped.
 *
 * @param classes that the outputs have; 0 where they do not tell
 * @throws LABELS_INVALID
 */
export function detectorLabels(
  names: readonly string[] | undefined,
  classes: number,
): LabelsSpec | undefined {
  if (!names?.length) return classes === 80 ? 'coco-80' : undefined;
  const shorter = names.length === classes + 1 && BACKGROUND.test(names[0] ?? '');
  const own = shorter ? names.slice(1) : names;
  if (classes !== 0 && own.length !== classes) {
    throw new PictorError('LABELS_INVALID', {
      expected: `${classes} labels, one for each class of the detector`,
      received: String(names.length),
      fix: 'Pass the label file that belongs to the model with --labels',
    });
  }
  const coco = own.length === 80 && own[0] === 'person' && own[79] === 'toothbrush';
  return coco ? 'coco-80' : { names: [...own] };
}
