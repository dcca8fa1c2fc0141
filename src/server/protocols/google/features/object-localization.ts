import type { PictureInfo } from '../../../../image/types.ts';
import type { Box } from '../../../../tasks/types.ts';
import { sentenceName } from '../../shared/names.ts';
import type { Feature } from './types.ts';

const DEFAULT_MAX_RESULTS = 10;

/** OBJECT_LOCALIZATION: every find of a detector, best first. */
export const objectLocalization: Feature = async (findings, maxResults = DEFAULT_MAX_RESULTS) => {
  const { context } = findings;
  const { recognizers } = context;
  const detector = await recognizers.get('detect');
  const answer = await findings.tagsOf(await recognizers.get('tag', detector.model.id));
  context.observe(answer);
  const objects = answer.tags.flatMap(({ id, label, instances }) =>
    instances.map(({ score, box }) => ({
      mid: id,
      name: sentenceName(label),
      score,
      boundingPoly: { normalizedVertices: corners(box, answer.picture) },
    })),
  );
  return {
    localizedObjectAnnotations: objects.sort((a, b) => b.score - a.score).slice(0, maxResults),
  };
};

/** From the top left, clockwise. */
function corners(box: Box, { width, height }: Pick<PictureInfo, 'width' | 'height'>) {
  const [left, right] = [box.x / width, (box.x + box.width) / width];
  const [top, bottom] = [box.y / height, (box.y + box.height) / height];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}
