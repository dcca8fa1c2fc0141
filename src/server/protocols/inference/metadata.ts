import type { TensorInfo } from '../../../engine/types.ts';
import type { ServedSession } from '../../models/types.ts';
import { datatypeOf } from './datatypes.ts';

/** Every model has one version. */
export const VERSION = '1';

/**
 * A model as the protocol describes it: the graph's own tensors. A picture as BYTES in place of the input is taken as
 * well, which the protocol has no words for.
 */
export function modelMetadata({ id, session }: ServedSession) {
  return {
    name: id,
    versions: [VERSION],
    platform: 'onnxruntime_onnx',
    inputs: session.inputs.map(describe),
    outputs: session.outputs.map(describe),
  };
}

function describe({ name, type, dims }: TensorInfo) {
  return { name, datatype: datatypeOf(type), shape: dims };
}
