import type { Tensor, TensorMap } from '../../../engine/types.ts';
import { PictorError } from '../../../errors.ts';
import type { Manifest } from '../../../models/manifest/manifest.ts';
import { jsonResponse } from '../../http/text-response.ts';
import type { ServedSession } from '../../models/types.ts';
import { writeElements } from './bytes-elements.ts';
import { classesOf } from './classification.ts';
import { dataToJson, datatypeOf } from './datatypes.ts';
import type { FamiliarityParameters } from './familiarity.ts';
import { type InferRequest, JSON_LENGTH_HEADER, type RequestedOutput } from './read-request.ts';

/**
 * The outputs that a request wants.
 *
 * @throws OPTION_INVALID for one that the model has not
 */
export function wantedOutputs(
  { outputs, binary }: InferRequest,
  { session }: ServedSession,
): readonly RequestedOutput[] {
  const known = session.outputs.map(({ name }) => name);
  const stranger = outputs?.find(({ name }) => !known.includes(name));
  if (stranger !== undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `outputs among ${known.join(', ')}`,
      received: stranger.name.slice(0, 60),
    });
  }
  return outputs ?? known.map((name) => ({ name, binary, classes: 0 }));
}

interface Origin {
  readonly id: string | undefined;
  readonly model: string;
  readonly version: string;
  readonly parameters: FamiliarityParameters | undefined;
}

interface WrittenOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[] | Uint8Array;
}

/**
 * The answer: JSON, followed by the bytes of those outputs that are wanted so.
 *
 * @throws OPTION_INVALID, FEATURE_UNSUPPORTED for a classification of what holds no classes
 */
export function respondWith(
  { id, model, version, parameters }: Origin,
  wanted: readonly RequestedOutput[],
  outputs: TensorMap,
  manifest: Manifest,
): Response {
  const written = wanted.map((output) => write(output, outputs[output.name], manifest));
  const described = written.map(({ name, datatype, shape, data }) => {
    const own = data instanceof Uint8Array ? { parameters: { binary_data_size: data.byteLength } } : { data };
    return { name, datatype, shape, ...own };
  });
  const json = {
    model_name: model,
    model_version: version,
    ...(id && { id }),
    ...(parameters && { parameters }),
    outputs: described,
  };
  const binary = written.flatMap(({ data }) => (data instanceof Uint8Array ? data : []));
  if (binary.length === 0) return jsonResponse(json);
  const head = Buffer.from(JSON.stringify(json), 'utf8');
  return new Response(Buffer.concat([head, ...binary]), {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(head.byteLength) },
  });
}

function write(
  { name, binary, classes }: RequestedOutput,
  tensor: Tensor | undefined,
  manifest: Manifest,
): WrittenOutput {
  if (tensor === undefined) throw new PictorError('INTERNAL');
  if (classes > 0) {
    const { shape, texts } = classesOf(tensor, classes, manifest);
    return { name, datatype: 'BYTES', shape, data: binary ? writeElements(texts) : texts };
  }
  const { type, dims, data } = tensor;
  const bytes = () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, datatype: datatypeOf(type), shape: dims, data: binary ? bytes() : dataToJson(data) };
}
