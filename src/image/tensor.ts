import type { BufferPool } from '../base/buffer-pool.ts';
import { toGray } from './colour/gray.ts';
import { channelsOf } from './input-shape.ts';
import type { InputSpec } from './input-spec.ts';
import {
  arrayOver,
  bytesOf,
  channelTables,
  sourceChannel,
  type TensorData,
} from './resize/channel-tables.ts';
import type { Geometry } from './resize/geometry.ts';
import { samplingReduction } from './resize/reduction.ts';
import { type ResizeWasm, resizeWasm } from './resize/wasm.ts';
import { type AxisWeights, cachedWeights } from './resize/weights.ts';
import type { Pixels } from './types.ts';

/** Source rows that are in the module's memory at a time, bytes: enough for a photograph's, not for a hostile one's. */
const BAND_BYTES = 1024 * 1024;

/**
 * Makes the tensor that the recipe describes: the wanted part of the resized picture, rounded to 8 bit as training saw
 * it, then `(pixel × scale − mean) / std` in the tensor's own channel order and layout. Pixels that no output needs are
 * not touched.
 *
 * Separable: each output row is combined from its source rows, then resampled along the row, with no rounding in
 * between. Accumulates in float32: at most 1 of 255 from exact arithmetic, at rounding boundaries only.
 *
 * @param given upright RGB
 * @param g where the picture goes in the tensor
 * @param pool where the tensor's memory may come from
 * @param exact whether kernels that sample get the pixels themselves, and not means of them where a picture is far larger
 *   than those that models are trained on (default false)
 */
export function makeTensor(
  given: Pixels,
  g: Geometry,
  spec: InputSpec,
  pool?: BufferPool,
  exact = false,
): TensorData {
  const { kernel: filter } = spec.resize;
  const picture = spec.channelOrder === 'GRAY' ? toGray(given) : given;
  const across = picture.width / g.resizedWidth;
  const down = picture.height / g.resizedHeight;
  const reduce = exact ? 1 : samplingReduction(Math.min(across, down), filter);
  const xs = cachedWeights(
    {
      source: picture.width,
      target: g.resizedWidth,
      offset: g.cropX,
      count: g.cropWidth,
      reduce,
      otherEnlarged: down < 1,
    },
    filter,
  );
  const ys = cachedWeights(
    {
      source: picture.height,
      target: g.resizedHeight,
      offset: g.cropY,
      count: g.cropHeight,
      reduce,
      otherEnlarged: across < 1,
    },
    filter,
  );
  const wasm = resizeWasm();
  const map = layOut(picture, g, spec, xs, ys);
  const memory = wasm.reserve(map.end);
  const tensor = arrayOver(spec, memory, map.tensor, g.canvasWidth * g.canvasHeight * channelsOf(spec));
  new Uint8Array(memory).set(channelTables(spec).bytes, map.tables);
  new Int32Array(memory, map.starts, xs.count).set(xs.starts.map((start) => start - xs.from));
  new Float32Array(memory, map.columns, xs.weights.length).set(xs.weights);
  new Float32Array(memory, map.rows, ys.weights.length).set(ys.weights);
  fillAround(tensor, g, spec);
  writeRows(wasm, map, picture, g, spec, xs, ys);
  if (pool === undefined) return tensor.slice();
  const own = arrayOver(spec, pool.take(tensor.byteLength), 0, tensor.length);
  own.set(tensor);
  return own;
}

/** Where things lie in the module's memory, byte offsets. */
interface MemoryMap {
  readonly tables: number;
  readonly starts: number;
  readonly columns: number;
  readonly rows: number;
  /** One combined row of floats. */
  readonly middle: number;
  /** Samples of a combined row, a multiple of 16. */
  readonly samples: number;
  readonly tensor: number;
  readonly band: number;
  /** Source rows in the band. */
  readonly bandRows: number;
  readonly end: number;
}

function layOut(picture: Pixels, g: Geometry, spec: InputSpec, xs: AxisWeights, ys: AxisWeights): MemoryMap {
  let end = 0;
  const take = (bytes: number) => {
    const at = end;
    end = align(at + bytes);
    return at;
  };
  const samples = align((xs.to - xs.from) * 3);
  const stride = picture.width * 3;
  const bandRows = Math.min(ys.to - ys.from, Math.max(ys.taps, Math.floor(BAND_BYTES / stride)));
  return {
    tables: take(3 * 256 * 4),
    starts: take(xs.count * 4),
    columns: take(xs.weights.length * 4),
    rows: take(ys.weights.length * 4),
    // The last pixel is read as four floats.
    middle: take(samples * 4 + 16),
    samples,
    tensor: take(g.canvasWidth * g.canvasHeight * channelsOf(spec) * bytesOf(spec)),
    band: take(bandRows * stride + 16),
    bandRows,
    end,
  };
}

function writeRows(
  wasm: ResizeWasm,
  map: MemoryMap,
  picture: Pixels,
  g: Geometry,
  spec: InputSpec,
  xs: AxisWeights,
  ys: AxisWeights,
): void {
  const band = new Uint8Array(wasm.memory.buffer, map.band, map.end - map.band);
  const stride = picture.width * 3;
  const { step, red, green, blue } = tensorSteps(g, spec);
  const write = spec.elementType === 'float32' ? wasm.floatRow : wasm.byteRow;
  let from = 0;
  let to = 0;
  for (let y = 0; y < ys.count; y++) {
    const start = ys.starts[y] ?? 0;
    if (start + ys.taps > to) {
      from = start;
      to = Math.min(ys.to, from + map.bandRows);
      band.set(picture.data.subarray(from * stride, to * stride));
    }
    const source = map.band + (start - from) * stride + xs.from * 3;
    wasm.combineRows(source, stride, ys.taps, map.rows + y * ys.taps * 4, map.samples, map.middle);
    const out = map.tensor + ((g.top + y) * g.canvasWidth + g.left) * step;
    write(
      map.middle,
      xs.count,
      map.starts,
      xs.taps,
      map.columns,
      map.tables,
      out + red,
      out + green,
      out + blue,
      step,
    );
  }
}

/** How far things lie from each other in a tensor, bytes. */
interface TensorSteps {
  /** From one pixel to the next. */
  readonly step: number;
  /** From the start of a pixel to its red value; likewise green and blue. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export function tensorSteps(g: Geometry, spec: InputSpec): TensorSteps {
  const size = bytesOf(spec);
  // Three equal values are written to one place.
  if (spec.channelOrder === 'GRAY') return { step: size, red: 0, green: 0, blue: 0 };
  const planar = spec.layout === 'NCHW';
  const channel = planar ? g.canvasWidth * g.canvasHeight * size : size;
  const [red, blue] = spec.channelOrder === 'RGB' ? [0, 2 * channel] : [2 * channel, 0];
  return { step: planar ? size : 3 * size, red, green: channel, blue };
}

/** Gives every value of a tensor the fill colour, if the picture leaves any free. */
export function fillAround(tensor: TensorData, g: Geometry, spec: InputSpec): void {
  if (g.cropWidth === g.canvasWidth && g.cropHeight === g.canvasHeight) return;
  const { tables } = channelTables(spec);
  const area = g.canvasWidth * g.canvasHeight;
  if (spec.channelOrder === 'GRAY') {
    const [r, g_, b] = g.fill;
    tensor.fill(tables[clamp8(0.299 * r + 0.587 * g_ + 0.114 * b)] ?? 0);
    return;
  }
  const value = (channel: number) => {
    const from = sourceChannel(spec, channel);
    return tables[from * 256 + clamp8(g.fill[from] ?? 0)] ?? 0;
  };
  if (spec.layout === 'NCHW') {
    for (let c = 0; c < 3; c++) tensor.fill(value(c), c * area, (c + 1) * area);
  } else {
    const values = [value(0), value(1), value(2)];
    for (let i = 0; i < area * 3; i += 3) tensor.set(values, i);
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

function clamp8(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
