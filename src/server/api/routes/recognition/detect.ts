import type { Annotation } from '../../../../image/draw/annotate.ts';
import { TASKS } from '../../../../tasks/registry.ts';
import type { DetectionAnswer } from '../../../../tasks/types.ts';
import { preferredType } from '../../../http/accept.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import type { Route } from '../../route.ts';
import { detectAnswer, detectOptions } from '../../schemas.ts';
import { detectionAnswerOf, type Language, nameIn, timingsAnswerOf } from './answers.ts';
import { present, readRequest, recognitionDocument } from './recognition.ts';

/** What an annotated picture may be sent as; `image/*` gets the first. */
const FORMATS = { 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/webp': 'webp' } as const;

type PictureType = keyof typeof FORMATS;

const PICTURE_TYPES = Object.keys(FORMATS) as PictureType[];

/** `POST /v1/detect`: JSON, or the picture with boxes where the client prefers a picture. */
export const detectRoute: Route = {
  method: 'post',
  path: TASKS.detect.route,
  scope: 'infer',
  document: recognitionDocument(
    'Objects in the picture and where they are, as JSON or drawn into the picture',
    detectOptions,
    detectAnswer,
    PICTURE_TYPES,
  ),
  async answer(input) {
    const { context, request } = input;
    const accepted = preferredType(request.headers.get('accept'), ['application/json', ...PICTURE_TYPES]);
    const { picture, options } = await readRequest(input, detectOptions);
    const { model, lang, ...asked } = options;
    const detector = await context.recognizers.get('detect', model);
    const answer = await detector.detect(picture, { ...context.call, ...present(asked) });
    context.observe(answer);
    const type = PICTURE_TYPES.find((one) => one === accepted);
    if (type !== undefined) {
      const { signal, limits } = context;
      const drawn = await context.pixels.annotate(picture, annotationsOf(answer, lang), {
        format: FORMATS[type],
        limits: limits.image,
        signal,
      });
      return new Response(new Uint8Array(drawn), { headers: { 'content-type': type, vary: 'Accept' } });
    }
    const body = {
      model: answer.model,
      picture: answer.picture,
      detections: answer.detections.map((detection) => detectionAnswerOf(detection, lang)),
      timings: timingsAnswerOf(answer.timings),
    };
    return jsonResponse(body, { headers: { vary: 'Accept' } });
  },
};

/** Those of the first frame, which is drawn on. The best last, so that its frame and label lie on top. */
function annotationsOf({ detections }: DetectionAnswer, lang: Language | undefined): Annotation[] {
  const drawn = detections.filter(({ frame = 0 }) => frame === 0);
  return drawn.toReversed().map((detection) => {
    const percent = `${Math.round(detection.score * 100)} %`;
    return {
      box: detection.box,
      label: `${nameIn(lang, detection)} ${percent}`,
      fallback: `${detection.label} ${percent}`,
      group: detection.index,
    };
  });
}
