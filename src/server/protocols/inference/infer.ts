import { PictorError } from '../../../errors.ts';
import type { ServedSession } from '../../models/types.ts';
import type { ProtocolContext } from '../types.ts';
import { familiarityOutputs, familiarityParameters } from './familiarity.ts';
import { VERSION } from './metadata.ts';
import { inferPictures, picturesOf } from './pictures.ts';
import { type InferRequest, readInferRequest } from './read-request.ts';
import { feedsOf } from './tensors.ts';
import { respondWith, wantedOutputs } from './write-response.ts';

/**
 * `POST /v2/models/{name}/infer`: tensors in, tensors out. An input of BYTES is a picture, which the server decodes and
 * prepares as the model's manifest says.
 *
 * @throws BODY_INVALID, OPTION_INVALID, MODEL_UNKNOWN, IMAGE_* for pictures
 */
export async function infer(
  { model }: { readonly model: string },
  context: ProtocolContext,
  headers: Headers,
): Promise<Response> {
  const served = await context.recognizers.session(model);
  const request = readInferRequest(await context.body(), headers);
  const wanted = wantedOutputs(request, served);
  const names = [...wanted.map(({ name }) => name), ...familiarityOutputs(served.manifest)];
  const outputs = await run(request, served, context, [...new Set(names)]);
  const parameters = familiarityParameters(outputs, served.manifest);
  return respondWith(
    { id: request.id, model: served.id, version: VERSION, parameters },
    wanted,
    outputs,
    served.manifest,
  );
}

function run(
  { inputs }: InferRequest,
  served: ServedSession,
  context: ProtocolContext,
  outputs: readonly string[],
) {
  const [first, ...rest] = inputs;
  if (first?.datatype !== 'BYTES') {
    return served.session.run(feedsOf(inputs, served.session), { ...context.call, outputs });
  }
  if (rest.length > 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'pictures as the only input',
      received: `${inputs.length} inputs`,
    });
  }
  return inferPictures(picturesOf(first, context), served, context, outputs);
}
