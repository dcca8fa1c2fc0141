import { TASKS } from '../../../../tasks/registry.ts';
import { preferredType } from '../../../http/accept.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import type { Route } from '../../route.ts';
import { tagAnswer, tagOptions } from '../../schemas.ts';
import { familiarityAnswerOf, tagAnswerOf, timingsAnswerOf } from './answers.ts';
import { present, readRequest, recognitionDocument } from './recognition.ts';

/** `POST /v1/tag` */
export const tagRoute: Route = {
  method: 'post',
  path: TASKS.tag.route,
  scope: 'infer',
  document: recognitionDocument('Tags with category and broader terms', tagOptions, tagAnswer),
  async answer(input) {
    const { context, request } = input;
    preferredType(request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, tagOptions);
    const { model, lang, top, ...asked } = options;
    const tagger = await context.recognizers.get('tag', model);
    const answer = await tagger.tag(picture, { ...context.call, ...present({ maxTags: top, ...asked }) });
    context.observe(answer);
    return jsonResponse({
      model: answer.model,
      picture: answer.picture,
      tags: answer.tags.map((tag) => tagAnswerOf(tag, lang)),
      ...familiarityAnswerOf(answer, lang),
      timings: timingsAnswerOf(answer.timings),
    });
  },
};
