import * as z from 'zod';
import { levelsOf } from '../../../../models/labels/taxonomy/taxonomy.ts';
import type { Tag } from '../../../../tasks/types.ts';
import { labelName } from '../../shared/names.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import type { ProtocolContext } from '../../types.ts';
import { percent } from '../percent.ts';
import { readTiiaPicture, tiiaPicture } from './tiia-picture.ts';
import type { TencentAction } from './types.ts';

const FORMATS = ['jpeg', 'png', 'bmp'] as const;

/** Which member of the answer holds the labels of a scene. */
const SCENES = {
  WEB: 'Labels',
  CAMERA: 'CameraLabels',
  ALBUM: 'AlbumLabels',
  NEWS: 'NewsLabels',
} as const;

const scenesParameters = tiiaPicture.extend({
  Scenes: z.array(z.enum(['WEB', 'CAMERA', 'ALBUM', 'NEWS'])).nullish(),
});

/**
 * `DetectLabel`: labels for each scene that was asked for. One model answers for all scenes, so the labels are the same in
 * each; only those of `NEWS` have no categories, as in the vendor's own answers.
 */
export const detectLabel: TencentAction = {
  service: 'tiia',
  async answer(parameters, context) {
    const { Scenes: scenes, ...sent } = parseParameters(scenesParameters, parameters);
    const tags = await tagsOf(sent, context);
    const asked = new Set(scenes?.length ? scenes : (['WEB'] as const));
    return Object.fromEntries(
      Object.entries(SCENES).map(([scene, member]) => {
        if (![...asked].some((one) => one === scene)) return [member, null];
        return [member, tags.map(scene === 'NEWS' ? newsItem : item)];
      }),
    );
  },
};

/** `DetectLabelPro` and its forerunner `DetectLabelBeta`: labels without scenes. */
export const detectLabelPro: TencentAction = {
  service: 'tiia',
  async answer(parameters, context) {
    const tags = await tagsOf(parseParameters(tiiaPicture, parameters), context);
    return { Labels: tags.map(item) };
  },
};

async function tagsOf(sent: z.output<typeof tiiaPicture>, context: ProtocolContext): Promise<readonly Tag[]> {
  const tagger = await context.recognizers.get('tag');
  const answer = await tagger.tag(await readTiiaPicture(sent, FORMATS, context), context.call);
  context.observe(answer);
  return answer.tags;
}

function item(tag: Tag) {
  const { first, second } = levelsOf(tag);
  return { ...named(tag), FirstCategory: first.zh, SecondCategory: second.zh };
}

function newsItem(tag: Tag) {
  return { ...named(tag), FirstCategory: '', SecondCategory: '' };
}

function named(tag: Tag) {
  return { Name: labelName(tag, 'zh'), Confidence: percent(tag.score) };
}
