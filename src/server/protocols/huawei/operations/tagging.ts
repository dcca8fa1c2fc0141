import * as z from 'zod';
import { KIND_TERMS, kindOf } from '../../../../models/labels/taxonomy/taxonomy.ts';
import type { Tag } from '../../../../tasks/types.ts';
import { type Language, labelName } from '../../shared/names.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import { huaweiPicture, readHuaweiPicture } from './picture.ts';
import type { HuaweiOperation } from './types.ts';

const BOUNDS = { formats: ['jpeg', 'png', 'bmp', 'webp'], maxSide: 10_000 } as const;

interface Variant {
  readonly name: string;
  /** 0..100 where the request has none. */
  readonly threshold: number;
  readonly limit: number;
  /** Whether tags carry the words for their kind. */
  readonly typed: boolean;
}

/** `POST /v2/{project_id}/image/tagging` */
export const tagging = taggingOperation({ name: 'image/tagging', threshold: 60, limit: 50, typed: true });

/** `POST /v2/{project_id}/image/media-tagging` */
export const mediaTagging = taggingOperation({
  name: 'image/media-tagging',
  threshold: 40,
  limit: 10,
  typed: true,
});

/** `POST /v2/{project_id}/image/media-tagging-det` */
export const mediaTaggingDet = taggingOperation({
  name: 'image/media-tagging-det',
  threshold: 40,
  limit: 10,
  typed: false,
});

function taggingOperation({ name, threshold, limit, typed }: Variant): HuaweiOperation {
  const schema = huaweiPicture.extend({
    language: z.enum(['zh', 'en']).nullish(),
    threshold: z.number().min(0).max(100).nullish(),
    limit: z.int().min(1).max(150).nullish(),
  });
  return {
    name,
    async answer(parameters, context) {
      const sent = parseParameters(schema, parameters);
      const tagger = await context.recognizers.get('tag');
      const { bytes } = await readHuaweiPicture(sent, BOUNDS, context);
      const answer = await tagger.tag(bytes, {
        ...context.call,
        minScore: (sent.threshold ?? threshold) / 100,
        maxTags: sent.limit ?? limit,
      });
      context.observe(answer);
      const language = sent.language ?? 'zh';
      return { result: { tags: answer.tags.map((tag) => tagItem(tag, language, typed)) } };
    },
  };
}

function tagItem(tag: Tag, language: Language, typed: boolean) {
  const kind = kindOf(tag);
  const { zh, en } = KIND_TERMS[kind];
  return {
    confidence: confidence(tag.score),
    type: kind,
    tag: labelName(tag, language),
    i18n_tag: { zh: labelName(tag, 'zh'), en: labelName(tag, 'en') },
    ...(typed && { i18n_type: { zh, en } }),
    instances: tag.instances.map(({ score, box }) => ({
      bounding_box: {
        width: Math.round(box.width),
        height: Math.round(box.height),
        top_left_x: Math.round(box.x),
        top_left_y: Math.round(box.y),
      },
      confidence: confidence(score),
    })),
  };
}

/** The vendor's confidences are text: a number from 0 to 100 with two decimals. */
function confidence(score: number): string {
  return (score * 100).toFixed(2);
}
