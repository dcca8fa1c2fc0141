import { levelsOf } from '../../../../models/labels/taxonomy/taxonomy.ts';
import { labelName } from '../../shared/names.ts';
import { parseParameters } from '../../shared/parse-parameters.ts';
import { percent } from '../percent.ts';
import { readTiiaPicture, tiiaPicture } from './tiia-picture.ts';
import type { TencentAction } from './types.ts';

const FORMATS = ['jpeg', 'png'] as const;

/** `DetectProduct`: things with their boxes, best first. Needs a model that detects. */
export const detectProduct: TencentAction = {
  service: 'tiia',
  async answer(parameters, context) {
    const sent = parseParameters(tiiaPicture, parameters);
    const detector = await context.recognizers.get('detect');
    // The same model as a tagger: its finds come with their categories.
    const tagger = await context.recognizers.get('tag', detector.model.id);
    const picture = await readTiiaPicture(sent, FORMATS, context);
    const answer = await tagger.tag(picture, { ...context.call, maxTags: 1000 });
    context.observe(answer);
    const products = answer.tags.flatMap((tag) => {
      const { first, second } = levelsOf(tag);
      return tag.instances.map(({ score, box }) => ({
        score,
        Name: labelName(tag, 'zh'),
        Parents: `${first.zh}-${second.zh}`,
        Confidence: percent(score),
        XMin: Math.round(box.x),
        YMin: Math.round(box.y),
        XMax: Math.round(box.x + box.width),
        YMax: Math.round(box.y + box.height),
      }));
    });
    products.sort((a, b) => b.score - a.score);
    return { Products: products.map(({ score: _, ...product }) => product) };
  },
};
