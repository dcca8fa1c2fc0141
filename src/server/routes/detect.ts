import { preferredType } from '../accept.ts';
import type { Route } from '../route.ts';
import { detectAnswer, detectOptions } from '../schemas.ts';
import { detectionAnswerOf, timingsAnswerOf } from './answers.ts';
import { present, readRequest, recognitionDocument } from './recognition.ts';

/** `POST /v1/detect` */
export const detectRoute: Route = {
  method: 'post',
  path: '/v1/detect',
  scope: 'infer',
  document: recognitionDocument('Objects in the picture and where they are', detectOptions, detectAnswer),
  async answer(input) {
    const { context, request } = input;
    preferredType(request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, detectOptions);
    const { model, lang, ...asked } = options;
    const detector = await context.recognizers.detector(model);
    const answer = await detector.detect(picture, { ...context.call, ...present(asked) });
    context.observe(answer);
    return Response.json({
      model: answer.model,
      picture: answer.picture,
      detections: answer.detections.map((detection) => detectionAnswerOf(detection, lang)),
      timings: timingsAnswerOf(answer.timings),
    });
  },
};
