import type { InferenceSession, Tensor as OrtTensor, TypedTensor } from 'onnxruntime-node';
import { PictorError } from '../../errors.ts';
import type { Tensor, TensorInfo, TensorMap } from '../types.ts';
import type { BackendSession } from './types.ts';

/** The part of onnxruntime's interface that its native and its WASM package share. */
export interface OrtModule {
  readonly Tensor: typeof OrtTensor;
}

/** Wraps an onnxruntime session of either package. */
export function wrapOrtSession(ort: OrtModule, session: InferenceSession): BackendSession {
  const inputs = session.inputMetadata.map(describe);
  const outputs = session.outputMetadata.map(describe);
  return {
    inputs,
    outputs,
    async run(feeds, wanted) {
      const given: Record<string, OrtTensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) given[name] = toOrt(ort, tensor);
      try {
        const result = await (wanted ? session.run(given, [...wanted]) : session.run(given));
        return fromOrt(result);
      } finally {
        for (const tensor of Object.values(given)) tensor.dispose();
      }
    },
    dispose: () => session.release(),
  };
}

function describe(meta: InferenceSession.ValueMetadata): TensorInfo {
  if (!meta.isTensor) return { name: meta.name, type: 'none', dims: [] };
  return {
    name: meta.name,
    type: meta.type,
    dims: meta.shape.map((dim) => (typeof dim === 'number' && dim >= 0 ? dim : -1)),
  };
}

function toOrt(ort: OrtModule, tensor: Tensor): OrtTensor {
  const { data, dims } = tensor;
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (data instanceof Uint8Array) return new ort.Tensor('uint8', data, dims);
  if (data instanceof Int8Array) return new ort.Tensor('int8', data, dims);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, dims);
  return new ort.Tensor('int64', data, dims);
}

function fromOrt(result: InferenceSession.OnnxValueMapType): TensorMap {
  const outputs: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(result)) {
    outputs[name] = fromOrtTensor(name, value as TypedTensor<OrtTensor.Type>);
    value.dispose();
  }
  return outputs;
}

/** Element types that JavaScript has no array for are widened to the nearest one that loses nothing. */
function fromOrtTensor(name: string, value: OrtTensor): Tensor {
  const { dims, data } = value;
  if (data instanceof Float32Array) return { type: 'float32', dims, data };
  if (data instanceof Int8Array) return { type: 'int8', dims, data };
  if (data instanceof Int32Array) return { type: 'int32', dims, data };
  if (data instanceof BigInt64Array) return { type: 'int64', dims, data };
  if (data instanceof Uint8Array) return { type: 'uint8', dims, data };
  if (data instanceof Float64Array) return { type: 'float32', dims, data: Float32Array.from(data) };
  if (data instanceof Uint16Array && value.type === 'uint16') {
    return { type: 'int32', dims, data: Int32Array.from(data) };
  }
  if (data instanceof Int16Array) return { type: 'int32', dims, data: Int32Array.from(data) };
  throw new PictorError('INFERENCE_FAILED', {
    expected: 'outputs of type float32, float64, bool, uint8, int8, int16, uint16, int32 or int64',
    received: `${value.type} for output ${name}`,
    fix: 'Add a Cast to float32 at the end of the graph',
  });
}
