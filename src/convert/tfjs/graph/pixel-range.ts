import { floatsOf } from '../../onnx/constant.ts';
import type { Constant } from '../../onnx/value.ts';
import type { PixelRange } from '../../recipe/pixels.ts';
import type { GraphNode } from './read-graph.ts';

const PASSING = new Set(['Identity', 'Cast']);

/** The arithmetic with pixels is short. */
const MAX_STEPS = 8;

/** Below this factor the graph shrinks bytes; above it, fractions are spread. */
const SHRINKS = 0.1;

/**
 * What the arithmetic right behind the input tells about the range of its pixels: a factor of 1/255 or 1/127.5 wants
 * bytes, a factor of 1 or more wants fractions.
 */
export function pixelRangeOf(
  nodes: readonly GraphNode[],
  weights: ReadonlyMap<string, Constant>,
): PixelRange | undefined {
  let name = nodes.find(({ op }) => op === 'Placeholder')?.name;
  let factor = 1;
  let shifts = false;
  for (let steps = 0; name !== undefined && steps < MAX_STEPS; steps++) {
    const from: string = name;
    const readers = nodes.filter(({ inputs }) => inputs.some(({ node }) => node === from));
    const [reader, ...more] = readers;
    if (!reader || more.length > 0) break;
    const other = reader.inputs.find(({ node }) => node !== from);
    const value = other && meanOf(weights.get(other.node));
    if (PASSING.has(reader.op)) name = reader.name;
    else if (value === undefined || value === 0) break;
    else if (reader.op === 'Mul') factor *= value;
    else if (reader.op === 'Div' || reader.op === 'RealDiv') factor /= value;
    else if (reader.op === 'Sub' || reader.op === 'Add' || reader.op === 'AddV2') shifts = true;
    else break;
    name = reader.name;
  }
  if (factor === 1 && !shifts) return undefined;
  return Math.abs(factor) < SHRINKS ? '0..255' : '0..1';
}

/** Mean of a constant with one value, or one for each colour. */
function meanOf(constant: Constant | undefined): number | undefined {
  if (!constant) return undefined;
  const count = constant.shape.reduce((product, dim) => product * dim, 1);
  if (count < 1 || count > 3) return undefined;
  return floatsOf(constant).reduce((sum, value) => sum + value, 0) / count;
}
