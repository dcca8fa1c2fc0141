import type { Tensor, TensorMap } from '../../../engine/types.ts';
import { stack } from '../../../engine/worker/tensors.ts';
import { PictorError } from '../../../errors.ts';
import { decodeBase64, decodedLength } from '../../../image/sources/text.ts';
import type { ServedSession } from '../../models/types.ts';
import type { ProtocolContext } from '../types.ts';
import { readElements } from './bytes-elements.ts';
import type { RequestedInput } from './read-request.ts';

/** Pictures in a request: each is an inference of its own. */
const MAX_PICTURES = 64;

/**
 * The pictures of a BYTES input: encoded bytes in a binary tensor, base64 in JSON.
 *
 * @param context bounds of a picture, and of memory
 * @throws OPTION_INVALID, IMAGE_BASE64_INVALID, IMAGE_EMPTY, IMAGE_TOO_LARGE
 */
export function picturesOf(
  { shape, count, data }: RequestedInput,
  context: Pick<ProtocolContext, 'limits' | 'hold'>,
): Uint8Array[] {
  const elements = data instanceof Uint8Array ? readElements(data, MAX_PICTURES) : data;
  const { length } = elements;
  if (count === length && count === shape[0] && count > 0 && count <= MAX_PICTURES) {
    return elements.map((element) => (element instanceof Uint8Array ? element : fromText(element, context)));
  }
  throw new PictorError('OPTION_INVALID', {
    expected: `shape [n] or [n, 1] for n pictures, 1 to ${MAX_PICTURES}`,
    received: `[${shape.join(', ')}] for ${length}`,
  });
}

/**
 * Looks at every picture, and puts what was found for each one after the other.
 *
 * @param wanted names of outputs
 * @throws IMAGE_* for the first picture that cannot be used; FEATURE_UNSUPPORTED when the outputs cannot be stacked
 */
export async function inferPictures(
  pictures: readonly Uint8Array[],
  { session }: ServedSession,
  context: ProtocolContext,
  wanted: readonly string[],
): Promise<TensorMap> {
  const work = pictures.map(async (picture) => {
    const inference = await session.infer(picture, {
      ...context.call,
      limits: context.limits.image,
      outputs: wanted,
    });
    context.observe(inference);
    return inference.outputs;
  });
  // To the end also where one has failed: the place among the requests in progress covers all of them.
  await Promise.allSettled(work);
  const answers = await Promise.all(work);
  const entries = wanted.map((name) => [name, stacked(name, answers)] as const);
  return Object.fromEntries(entries);
}

function stacked(name: string, answers: readonly TensorMap[]): Tensor {
  const tensors = answers.flatMap((answer) => answer[name] ?? []);
  const [first, ...rest] = tensors;
  if (first === undefined) throw new PictorError('INTERNAL');
  if (rest.length === 0) return first;
  const [batch, ...dims] = first.dims;
  if (batch !== 1 || rest.some((tensor) => tensor.dims.join() !== first.dims.join())) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: `one picture in a request, since ${name} has a shape of its own for each`,
      received: `${tensors.length} pictures`,
    });
  }
  return stack(tensors.map(({ data }) => ({ data, dims })));
}

function fromText(text: unknown, { limits, hold }: Pick<ProtocolContext, 'limits' | 'hold'>): Uint8Array {
  if (typeof text === 'string') {
    hold(decodedLength(text));
    return decodeBase64(text, limits.image);
  }
  throw new PictorError('OPTION_INVALID', {
    expected: '`data` of pictures as base64',
    received: typeof text,
  });
}
