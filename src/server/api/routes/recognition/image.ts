import { isPictorError } from '../../../../errors.ts';
import type { Familiarity } from '../../../../tasks/types.ts';
import { preferredType } from '../../../http/accept.ts';
import { textResponse } from '../../../http/text-response.ts';
import type { RequestContext } from '../../../request-context.ts';
import { predictionJson } from '../../prediction-json.ts';
import type { Route } from '../../route.ts';
import { imageOptions, predictionAnswer } from '../../schemas.ts';
import { readRequest, recognitionDocument } from './recognition.ts';

/** ImageAI's own default. */
const DEFAULT_TOP = 5;

/** `POST /image`: names to percentages, the contract of the ImageAI tutorial. */
export const imageRoute: Route = {
  method: 'post',
  path: '/image',
  scope: 'infer',
  document: recognitionDocument(
    'What the picture shows, as names and percentages',
    imageOptions,
    predictionAnswer,
  ),
  async answer(input) {
    preferredType(input.request.headers.get('accept'), ['application/json']);
    const { picture, options } = await readRequest(input, imageOptions);
    const top = options.top ?? DEFAULT_TOP;
    const { entries, headers } = await recognise(picture, top, options.model, input.context);
    return textResponse(predictionJson(entries), { 'content-type': 'application/json', ...headers });
  },
};

interface Recognised {
  readonly entries: readonly (readonly [name: string, score: number])[];
  readonly headers: Readonly<Record<string, string>>;
}

async function recognise(
  picture: Uint8Array,
  top: number,
  model: string | undefined,
  context: RequestContext,
): Promise<Recognised> {
  const classifier = await orUndefined(context.recognizers.get('classify', model));
  if (classifier !== undefined) {
    const topK = Math.min(top, classifier.names.length);
    const answer = await classifier.classify(picture, { ...context.call, topK });
    context.observe(answer);
    return {
      entries: answer.predictions.map(({ index, label, score }) => [classifier.names[index] ?? label, score]),
      headers: headersOf(answer),
    };
  }
  const tagger = await context.recognizers.get('tag', model);
  // The best names whatever their scores, as a classifier gives them: the contract knows no empty answer.
  const answer = await tagger.tag(picture, { ...context.call, maxTags: top, minScore: 0 });
  context.observe(answer);
  return { entries: answer.tags.map(({ label, score }) => [label, score]), headers: headersOf(answer) };
}

/** What the tutorial's body has no place for: who answered, and whether the picture is like none it was trained on. */
function headersOf({
  model,
  unknown,
  nearest,
}: Partial<Familiarity> & { readonly model: string }): Record<string, string> {
  return {
    'x-pictor-model': encodeURIComponent(model),
    ...(unknown === undefined ? {} : { 'x-pictor-unknown': String(unknown) }),
    ...(nearest === undefined ? {} : { 'x-pictor-nearest': encodeURIComponent(nearest.label) }),
  };
}

/** Where no classifier is served, a detector answers as a tagger; a model that was named answers for itself. */
async function orUndefined<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (thrown) {
    if (isPictorError(thrown) && thrown.code === 'MODEL_TASK_MISMATCH') return undefined;
    throw thrown;
  }
}
