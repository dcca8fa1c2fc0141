import { TASKS } from '../../../../tasks/registry.ts';
import { preferredType } from '../../../http/accept.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import type { Route } from '../../route.ts';
import { classifyAnswer, classifyOptions } from '../../schemas.ts';
import { familiarityAnswerOf, predictionAnswerOf, timingsAnswerOf } from './answers.ts';
import { readRequest, recognitionDocument } from './recognition.ts';

/** `POST /v1/classify` */
export const classifyRoute: Route = {
  method: 'post',
  path: TASKS.classify.route,
  scope: 'infer',
  document: recognitionDocument('The most likely classes of the picture', classifyOptions, classifyAnswer),
  async answer(input) {
    const { context, request } = input;
    preferredType(request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, classifyOptions);
    const classifier = await context.recognizers.get('classify', options.model);
    const answer = await classifier.classify(picture, {
      ...context.call,
      ...(options.top === undefined ? {} : { topK: Math.min(options.top, classifier.names.length) }),
      ...(options.frames === undefined ? {} : { frames: options.frames }),
      ...(options.minScore === undefined ? {} : { minScore: options.minScore }),
    });
    context.observe(answer);
    return jsonResponse({
      model: answer.model,
      picture: answer.picture,
      predictions: answer.predictions.map((prediction) => predictionAnswerOf(prediction, options.lang)),
      ...familiarityAnswerOf(answer, options.lang),
      timings: timingsAnswerOf(answer.timings),
    });
  },
};
