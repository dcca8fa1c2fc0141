import type { Session, Tensor, TensorInfo, TensorMap } from '../../../engine/types.ts';
import { PictorError } from '../../../errors.ts';
import { dataFromBytes, dataFromJson, datatypeOf, isTensorType } from './datatypes.ts';
import type { RequestedInput } from './read-request.ts';

/**
 * The tensors of a request, checked against what the graph takes.
 *
 * @throws OPTION_INVALID
 */
export function feedsOf(sent: readonly RequestedInput[], session: Pick<Session, 'inputs'>): TensorMap {
  const known = session.inputs.map(({ name }) => name);
  const stranger = sent.find(({ name }) => !known.includes(name));
  const missing = known.find((name) => !sent.some((input) => input.name === name));
  if (stranger !== undefined || missing !== undefined || sent.length !== known.length) {
    throw new PictorError('OPTION_INVALID', {
      expected: `inputs ${known.join(', ')}`,
      received: sent.map(({ name }) => name.slice(0, 60)).join(', '),
    });
  }
  return Object.fromEntries(
    session.inputs.flatMap((info) =>
      sent.filter(({ name }) => name === info.name).map((input) => [info.name, tensorOf(input, info)]),
    ),
  );
}

function tensorOf({ datatype, shape, count, data }: RequestedInput, info: TensorInfo): Tensor {
  const { name, type, dims } = info;
  if (!isTensorType(type) || datatype !== datatypeOf(type)) {
    const expected = `${name} as ${datatypeOf(type)}, or a picture as BYTES`;
    throw new PictorError('OPTION_INVALID', { expected, received: datatype.slice(0, 20) });
  }
  const fits = shape.length === dims.length && dims.every((dim, i) => dim === -1 || dim === shape[i]);
  if (!fits || count === 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `${name} of shape [${dims.join(', ')}]`,
      received: `[${shape.join(', ')}]`,
    });
  }
  const values =
    data instanceof Uint8Array ? dataFromBytes(type, data, count) : dataFromJson(type, data, count);
  return { type, dims: shape, data: values };
}
