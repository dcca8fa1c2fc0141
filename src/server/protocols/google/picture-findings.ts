import type { TagAnswer } from '../../../tasks/types.ts';
import type { ReadPicture } from '../shared/vendor-picture.ts';
import type { ProtocolContext } from '../types.ts';
import type { EnumStyle, PictureFindings } from './features/types.ts';
import type { PictureRequest } from './request.ts';

/**
 * A picture whose features share what was found: a model that answers for two of them looks at it once.
 *
 * @param picture read and checked
 */
export function findingsOf(
  { bytes, info }: ReadPicture,
  request: PictureRequest,
  enums: EnumStyle,
  context: ProtocolContext,
): PictureFindings {
  const answers = new Map<string, Promise<TagAnswer>>();
  return {
    bytes,
    info,
    enums,
    context,
    aspectRatios: request.imageContext?.cropHintsParams?.aspectRatios ?? [],
    tagsOf(tagger) {
      const known = answers.get(tagger.model.id);
      if (known !== undefined) return known;
      const answer = tagger.tag(bytes, { ...context.call, maxTags: 1000 });
      answers.set(tagger.model.id, answer);
      return answer;
    },
  };
}
