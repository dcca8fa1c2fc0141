import { TASKS } from '../../../../tasks/registry.ts';
import { preferredType } from '../../../http/accept.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import type { Route } from '../../route.ts';
import { moderateAnswer, moderateOptions } from '../../schemas.ts';
import { timingsAnswerOf } from './answers.ts';
import { readRequest, recognitionDocument } from './recognition.ts';

/** `POST /v1/moderate` */
export const moderateRoute: Route = {
  method: 'post',
  path: TASKS.moderate.route,
  scope: 'infer',
  document: recognitionDocument('Whether the picture is safe to show', moderateOptions, moderateAnswer),
  async answer(input) {
    const { context, request } = input;
    preferredType(request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, moderateOptions);
    const moderator = await context.recognizers.get('moderate', options.model);
    const answer = await moderator.moderate(picture, {
      ...context.call,
      ...(options.frames !== undefined && { frames: options.frames }),
    });
    context.observe(answer);
    return jsonResponse({
      model: answer.model,
      picture: answer.picture,
      verdict: answer.verdict,
      ...(answer.frame !== undefined && { frame: answer.frame }),
      scores: answer.scores,
      timings: timingsAnswerOf(answer.timings),
    });
  },
};
