/**
 * Which detector a graph is, by the shapes of its outputs.
 *
 * @module
 */
import type { ManifestInput } from '../../models/manifest/manifest.ts';

/** Names of the decoders that a manifest may hold. */
export type DecoderName = Exclude<ManifestInput['output']['decoder'], 'classification' | 'embedding'>;

/** How the outputs of a detector are read. */
export interface DetectorHead {
  readonly decoder: DecoderName;
  readonly classes: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const STRIDES = [8, 16, 32];

/**
 * @param outputs shapes in the order of the graph, batch first
 * @param input size of the input, pixels; whether the graph suppresses overlaps itself
 * @param decoder how the outputs are read, where the caller knows
 * @returns undefined where the shapes are those of no detector, or of several that cannot be told apart
 */
export function detectorHead(
  outputs: readonly (readonly number[])[],
  input: { readonly width: number; readonly height: number; readonly endToEnd: boolean },
  decoder?: DecoderName,
): DetectorHead | undefined {
  const [first, ...more] = outputs;
  if (first?.length !== 3 || more.length > 0) return undefined;
  const [, rows = 0, columns = 0] = first;
  if (input.endToEnd && columns === 6) return { decoder: decoder ?? 'yolov10', classes: 0, parameters: {} };
  const cells = STRIDES.reduce(
    (sum, stride) => sum + Math.ceil(input.width / stride) * Math.ceil(input.height / stride),
    0,
  );
  if (columns === cells && rows > 4 && (decoder === undefined || decoder === 'yolov8')) {
    return { decoder: 'yolov8', classes: rows - 4, parameters: {} };
  }
  if (rows === cells && columns > 5 && decoder === 'yolox') {
    return { decoder, classes: columns - 5, parameters: {} };
  }
  if (rows === 3 * cells && columns > 5 && (decoder === undefined || decoder === 'yolov5')) {
    return { decoder: 'yolov5', classes: columns - 5, parameters: {} };
  }
  return undefined;
}
