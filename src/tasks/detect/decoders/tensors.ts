import type { Tensor, TensorMap } from '../../../engine/types.ts';
import { PictorError } from '../../../errors.ts';
import { asFloats } from '../../scores.ts';
import type { Candidate } from './types.ts';

/** A float view of an output. */
export interface Values {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * The output of this name, else the one at this place in the graph's order.
 *
 * @throws MODEL_MANIFEST_INVALID
 */
export function valuesOf(outputs: TensorMap, name: string | undefined, place = 0): Values {
  const tensor: Tensor | undefined = name === undefined ? Object.values(outputs)[place] : outputs[name];
  if (tensor) return { dims: tensor.dims, data: asFloats(tensor) };
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `an output ${name ?? `number ${place + 1}`}`,
    received: Object.keys(outputs).join(', ') || 'none',
    fix: 'Correct `output.parameters` in the manifest',
  });
}

/** @throws MODEL_MANIFEST_INVALID */
export function requireShape(fits: boolean, expected: string, { dims }: Values): void {
  if (fits) return;
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `an output of shape ${expected}`,
    received: `[${dims.join(', ')}]`,
    fix: 'Check `output.decoder`, its parameters and the labels in the manifest',
  });
}

/** A value that is there by construction; 0 keeps a short tensor from spreading NaN. */
export const at = (data: Float32Array, index: number): number => data[index] ?? 0;

/** The best class of a run of scores. */
export function bestClass(
  data: Float32Array,
  start: number,
  stride: number,
  classes: number,
): { readonly classIndex: number; readonly score: number } {
  let classIndex = 0;
  let score = -Infinity;
  for (let c = 0; c < classes; c++) {
    const value = at(data, start + c * stride);
    if (value > score) {
      score = value;
      classIndex = c;
    }
  }
  return { classIndex, score };
}

/** Corners from centre and size. */
export function fromCenter(
  cx: number,
  cy: number,
  width: number,
  height: number,
  score: number,
  classIndex: number,
): Candidate {
  return {
    x1: cx - width / 2,
    y1: cy - height / 2,
    x2: cx + width / 2,
    y2: cy + height / 2,
    score,
    classIndex,
  };
}

/** Cells of a grid that covers the input, row by row. */
export function* gridCells(
  inputWidth: number,
  inputHeight: number,
  strides: readonly number[],
): Generator<{ readonly x: number; readonly y: number; readonly stride: number }> {
  for (const stride of strides) {
    const rows = Math.ceil(inputHeight / stride);
    const columns = Math.ceil(inputWidth / stride);
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) yield { x, y, stride };
  }
}
