import type { InputSpec } from '../input-spec.ts';

export type TensorData = Float32Array | Uint8Array | Int8Array;

export interface ChannelTables {
  /** The tensor's value of each 8-bit level: 256 for red, then green, then blue. */
  readonly tables: TensorData;
  readonly bytes: Uint8Array;
}

const cache = new WeakMap<InputSpec, ChannelTables>();

/** What each level of each colour becomes in the tensor; remembered for each recipe. */
export function channelTables(spec: InputSpec): ChannelTables {
  const known = cache.get(spec);
  if (known) return known;
  const tables = arrayOver(spec, new ArrayBuffer(3 * 256 * bytesOf(spec)), 0, 3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    tables.set(valueTable(spec, statisticOf(spec, channel)), sourceChannel(spec, channel) * 256);
  }
  const made = { tables, bytes: new Uint8Array(tables.buffer) };
  cache.set(spec, made);
  return made;
}

/** What to multiply each level by and what to add then, for red, green and blue: the float tensor's value. */
export function channelFactors(spec: InputSpec): Float32Array {
  const factors = new Float32Array(6);
  for (let channel = 0; channel < 3; channel++) {
    const std = spec.std[statisticOf(spec, channel)] ?? 1;
    const mean = spec.mean[statisticOf(spec, channel)] ?? 0;
    factors.set([spec.scale / std, -mean / std], sourceChannel(spec, channel) * 2);
  }
  return factors;
}

/** The tensor's value of each of the 256 pixel levels, for one channel of the tensor. */
function valueTable(spec: InputSpec, channel: number): number[] {
  const mean = spec.mean[channel] ?? 0;
  const std = spec.std[channel] ?? 1;
  const [low, high] = spec.elementType === 'int8' ? [-128, 127] : [0, 255];
  return Array.from({ length: 256 }, (_, pixel) => {
    const value = (pixel * spec.scale - mean) / std;
    return spec.elementType === 'float32' ? value : Math.min(high, Math.max(low, Math.round(value)));
  });
}

/** Which of red, green and blue a channel of the tensor shows. */
export function sourceChannel(spec: InputSpec, channel: number): number {
  return spec.channelOrder === 'BGR' ? 2 - channel : channel;
}

/** Place in `mean` and `std` of a channel; grey pixels are three equal channels until they are written. */
function statisticOf(spec: InputSpec, channel: number): number {
  return spec.channelOrder === 'GRAY' ? 0 : channel;
}

/** An array of the tensor's elements over a buffer. */
export function arrayOver(spec: InputSpec, buffer: ArrayBuffer, at: number, length: number): TensorData {
  if (spec.elementType === 'float32') return new Float32Array(buffer, at, length);
  return spec.elementType === 'uint8'
    ? new Uint8Array(buffer, at, length)
    : new Int8Array(buffer, at, length);
}

/** Bytes of one element. */
export function bytesOf(spec: InputSpec): number {
  return spec.elementType === 'float32' ? 4 : 1;
}
