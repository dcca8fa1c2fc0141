import { PictorError } from '../../errors.ts';

type Anchor = readonly [width: number, height: number];

const PER_HEAD = 3;

/**
 * Anchors by head, the coarsest first. A list may begin with the smallest three (ImageAI 3) or with the largest three
 * (ImageAI 2); the order within three is the order of the head's channels and stays.
 *
 * @param anchors widths and heights, pixels of the input
 * @param heads number of heads
 * @throws OPTION_INVALID when there are not three anchors for each head
 */
export function anchorsOfHeads(anchors: readonly number[], heads: number): readonly (readonly Anchor[])[] {
  const fits =
    anchors.length === heads * PER_HEAD * 2 && anchors.every((value) => value > 0 && Number.isFinite(value));
  if (!fits) {
    throw new PictorError('OPTION_INVALID', {
      expected: `${heads * PER_HEAD} anchors, a width and a height above 0 each, for the ${heads} heads of the detector`,
      received: `${anchors.length} numbers`,
      fix: 'Pass the detection_config.json that belongs to the model with --labels',
    });
  }
  const groups = Array.from({ length: heads }, (_, head) =>
    Array.from({ length: PER_HEAD }, (_, i): Anchor => {
      const at = (head * PER_HEAD + i) * 2;
      return [anchors[at] ?? 1, anchors[at + 1] ?? 1];
    }),
  );
  const [first = 0, last = 0] = [groups[0], groups.at(-1)].map((group) =>
    group?.reduce((sum, [width, height]) => sum + width * height, 0),
  );
  return first < last ? groups.reverse() : groups;
}
