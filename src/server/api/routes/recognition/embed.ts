import { TASKS } from '../../../../tasks/registry.ts';
import { preferredType } from '../../../http/accept.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import type { Route } from '../../route.ts';
import { embedAnswer, embedOptions } from '../../schemas.ts';
import { timingsAnswerOf } from './answers.ts';
import { present, readRequest, recognitionDocument } from './recognition.ts';

/** `POST /v1/embed` */
export const embedRoute: Route = {
  method: 'post',
  path: TASKS.embed.route,
  scope: 'infer',
  document: recognitionDocument('The picture as a feature vector', embedOptions, embedAnswer),
  async answer(input) {
    const { context, request } = input;
    preferredType(request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, embedOptions);
    const { model, ...asked } = options;
    const embedder = await context.recognizers.get('embed', model);
    const answer = await embedder.embed(picture, { ...context.call, ...present(asked) });
    context.observe(answer);
    return jsonResponse({
      model: answer.model,
      picture: answer.picture,
      vector: [...answer.vector],
      timings: timingsAnswerOf(answer.timings),
    });
  },
};
