/**
 * The one interface that everything compared stands behind. Each contender runs in a process of its own.
 *
 * @module
 */

/** A model and how to feed it: the facts that every contender is given, in its own spelling. */
export interface BenchModel {
  readonly id: string;
  /** ONNX file. */
  readonly path: string;
  /** Pictor's manifest beside the file. */
  readonly manifest: string;
  readonly input: string;
  readonly output: string;
  /** Input width and height, pixels; the picture is squashed to it. */
  readonly size: number;
  /** Red, green, blue: `(pixel × scale − mean) / std`. */
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly channelOrder: 'RGB' | 'BGR';
}

export interface LoadSettings {
  /** Processor cores that the contender may use. */
  readonly cores: number;
}

/** From the bytes of a JPEG to the five best class indices, best first. */
export type TopFive = (jpeg: Uint8Array) => Promise<readonly number[]>;

export interface Contender {
  readonly name: string;
  /** Name and version of the libraries that do the work. */
  readonly version: string;
  load(model: BenchModel, settings: LoadSettings): Promise<TopFive>;
  close(): Promise<void>;
}

/** Indices of the five largest values; ties in index order. */
export function topFive(values: ArrayLike<number>): number[] {
  return Array.from(values, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, 5)
    .map(({ index }) => index);
}
