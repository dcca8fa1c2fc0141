import type { BufferPool } from '../../base/buffer-pool.ts';
import type { Orientation } from '../formats/headers/exif.ts';
import { channelsOf } from '../input-shape.ts';
import type { InputSpec, Kernel } from '../input-spec.ts';
import { type Turn, turnOf } from '../orient.ts';
import {
  arrayOver,
  bytesOf,
  channelFactors,
  channelTables,
  type TensorData,
} from '../resize/channel-tables.ts';
import type { Geometry } from '../resize/geometry.ts';
import { reductionFor, type Shrink, samplingReduction } from '../resize/reduction.ts';
import type { Axis } from '../resize/weights.ts';
import { fillAround, tensorSteps } from '../tensor.ts';
import type { Plane, Planes } from './decode-planes.ts';
import { neutralWeights, type PlaneWeights, planeWeights } from './plane-weights.ts';
import type { JpegWasm } from './wasm.ts';

/** Output pixels that are written at once. */
const AT_ONCE = 4;

/** A row of chroma without colour, as `planes.as` has rows: 128 with six bits of fraction. */
const NEUTRAL = 128 << 6;

/** A picture as it is stored. */
export interface StoredPicture {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly orientation: Orientation;
}

/**
 * How small a picture's planes may be decoded to be resized.
 *
 * @param g where the upright picture goes in the tensor
 * @returns undefined where resizing the planes does not pay or is not good enough: enlarging, a kernel that picks single
 *   pixels
 */
export function planeShrink(picture: StoredPicture, g: Geometry, spec: InputSpec): Shrink | undefined {
  const { swap } = turnOf(picture.orientation);
  const across = picture.width / (swap ? g.resizedHeight : g.resizedWidth);
  const down = picture.height / (swap ? g.resizedWidth : g.resizedHeight);
  const ratio = Math.min(across, down);
  const { kernel } = spec.resize;
  if (ratio < 1 || kernel === 'nearest' || Math.min(g.cropWidth, g.cropHeight) < AT_ONCE) return undefined;
  // Their grids depend on the direction: an edge is a whole sample, or the first one is a corner.
  if (kernel === 'area' || kernel === 'tensorflow-bilinear') {
    return picture.orientation === 1 ? reductionFor(ratio, kernel) : undefined;
  }
  return reductionFor(ratio, kernel);
}

/**
 * Makes the tensor that the recipe describes from a picture's planes: each is resized at its own resolution, and only the
 * pixels of the tensor are converted to RGB. Against converting the whole picture first, a level differs where rounding
 * to 8 bit came in between, and where colours outside of RGB were clipped before they were averaged.
 *
 * @param shrink how much smaller than the picture its planes are
 * @param g where the upright picture goes in the tensor
 * @param pool where the tensor's memory may come from
 */
export function makeTensorFromPlanes(
  wasm: JpegWasm,
  decoded: Planes,
  picture: StoredPicture,
  shrink: Shrink,
  g: Geometry,
  spec: InputSpec,
  pool?: BufferPool,
): TensorData {
  // Luma is what a grey tensor wants.
  const planes = spec.channelOrder === 'GRAY' ? withoutChroma(decoded) : decoded;
  const turn = turnOf(picture.orientation);
  const { kernel: filter } = spec.resize;
  const { x, y } = storedAxes(planes, picture, shrink, g, turn, filter);
  const sides = { across: planes.sampling.across === 2, down: planes.sampling.down === 2 };
  const allocator = new Allocator(planes.end);
  const luma = placeChannel(allocator, planeWeights(x, filter, false, 8), planeWeights(y, filter, false, 2));
  const chroma = planes.chroma
    ? placeChannel(
        allocator,
        chromaWeights(x, filter, sides.across, shrink, 8),
        chromaWeights(y, filter, sides.down, shrink, 2),
      )
    : placeChannel(allocator, neutralWeights(x.count, 8), neutralWeights(y.count, 2));
  const parts = [
    { plane: planes.luma, channel: luma, row: allocator.take((luma.samples + 32) * 2) },
    { plane: planes.chroma?.cb, channel: chroma, row: allocator.take((chroma.samples + 32) * 2) },
    { plane: planes.chroma?.cr, channel: chroma, row: allocator.take((chroma.samples + 32) * 2) },
  ];
  const descriptions = allocator.take(parts.length * PLANE * 4);
  const tables = allocator.take(3 * 256);
  const at = allocator.take(g.canvasWidth * g.canvasHeight * channelsOf(spec) * bytesOf(spec));
  const memory = wasm.reserve(allocator.end);
  fillChannel(memory, luma);
  fillChannel(memory, chroma);
  for (const [i, { plane, channel, row }] of parts.entries()) {
    new Int32Array(memory, descriptions + i * PLANE * 4, PLANE).set(describe(plane, channel, row));
    if (plane === undefined) new Int16Array(memory, row, 8).fill(NEUTRAL);
  }
  const isFloat = spec.elementType === 'float32';
  if (isFloat) new Float32Array(memory, tables, 6).set(channelFactors(spec));
  else new Uint8Array(memory).set(channelTables(spec).bytes, tables);
  const tensor = arrayOver(spec, memory, at, g.canvasWidth * g.canvasHeight * channelsOf(spec));
  fillAround(tensor, g, spec);
  const { first, along, next, red, green, blue } = outputSteps(g, spec, turn);
  const out = at + first;
  const write = isFloat ? wasm.floatRows : wasm.byteRows;
  write(descriptions, x.count, y.count, tables, out + red, out + green, out + blue, along, next);
  if (pool === undefined) return tensor.slice();
  const own = arrayOver(spec, pool.take(tensor.byteLength), 0, tensor.length);
  own.set(tensor);
  return own;
}

/**
 * Half as many samples of a picture's own size are enlarged like libjpeg does it, and then resized. Where planes are
 * smaller than the picture anyway, they are resized from where they are.
 */
function chromaWeights(
  axis: Axis,
  filter: Kernel,
  halved: boolean,
  shrink: Shrink,
  multiple: 2 | 8,
): PlaneWeights {
  if (!halved || shrink === 1) return planeWeights(axis, filter, halved, multiple);
  const { source, extent = source } = axis;
  return planeWeights(
    { ...axis, source: Math.ceil(source / 2), extent: extent / 2 },
    filter,
    false,
    multiple,
  );
}

function withoutChroma(planes: Planes): Planes {
  return { ...planes, chroma: undefined };
}

/** Gives out the module's memory, byte after byte. */
class Allocator {
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  take(bytes: number): number {
    const at = this.end;
    this.end = Math.ceil((at + bytes) / 16) * 16;
    return at;
  }
}

/** The wanted part of the picture along its stored rows and columns, in samples of luma. */
function storedAxes(
  planes: Planes,
  picture: StoredPicture,
  shrink: Shrink,
  g: Geometry,
  turn: Turn,
  kernel: Kernel,
) {
  const across = { target: g.resizedWidth, offset: g.cropX, count: g.cropWidth };
  const down = { target: g.resizedHeight, offset: g.cropY, count: g.cropHeight };
  const [x, y] = turn.swap ? [down, across] : [across, down];
  // Planes are decoded at an eighth at least; the rest of a larger reduction is left to the weights.
  const ratio = Math.min(picture.width / x.target, picture.height / y.target) / shrink;
  const reduce = samplingReduction(ratio, kernel);
  const axis = (source: number, extent: number, upright: typeof across, mirrored: boolean): Axis => ({
    ...upright,
    reduce,
    source,
    extent,
    offset: mirrored ? upright.target - upright.offset - upright.count : upright.offset,
  });
  return {
    x: axis(planes.width, picture.width / shrink, x, turn.right),
    y: axis(planes.height, picture.height / shrink, y, turn.bottom),
  };
}

/** Luma or chroma: weights, and where they lie in memory. */
interface Channel {
  readonly across: PlaneWeights;
  readonly down: PlaneWeights;
  /** First sample of each row that is needed, and how many. */
  readonly from: number;
  readonly samples: number;
  /** Byte offsets in the module's memory. */
  readonly starts: number;
  readonly columns: number;
  readonly rowStarts: number;
  readonly rows: number;
}

function placeChannel(allocator: Allocator, across: PlaneWeights, down: PlaneWeights): Channel {
  const from = across.starts[0] ?? 0;
  return {
    across,
    down,
    from,
    samples: (across.starts.at(-1) ?? 0) + across.taps - from,
    starts: allocator.take(across.count * 4),
    columns: allocator.take(across.weights.byteLength),
    rowStarts: allocator.take(down.count * 4),
    rows: allocator.take(down.weights.byteLength),
  };
}

function fillChannel(memory: ArrayBuffer, channel: Channel): void {
  const { across, down, from } = channel;
  const offsets = new Int32Array(memory, channel.starts, across.count);
  for (let i = 0; i < across.count; i++) offsets[i] = ((across.starts[i] ?? 0) - from) * 2;
  new Int16Array(memory, channel.columns, across.weights.length).set(across.weights);
  new Int32Array(memory, channel.rowStarts, down.count).set(down.starts);
  new Int16Array(memory, channel.rows, down.weights.length).set(down.weights);
}

/** Words that describe a plane to `planes.as`. */
const PLANE = 10;

/** @param plane undefined for chroma that is not there, whose row is written already */
function describe(plane: Plane | undefined, channel: Channel, row: number): number[] {
  const { across, down, from, samples, starts, columns, rowStarts, rows } = channel;
  const source = plane ? [plane.at + from, plane.stride, rowStarts, rows, down.taps / 2] : [0, 0, 0, 0, 0];
  return [...source, samples, row, starts, columns, across.taps / 8];
}

/** Where the pixel goes that is stored first, and how far it is to the next one in its stored row and column; bytes. */
function outputSteps(g: Geometry, spec: InputSpec, { swap, right, bottom }: Turn) {
  const { step, red, green, blue } = tensorSteps(g, spec);
  const line = g.canvasWidth * step;
  const [along, next] = swap ? [line, step] : [step, line];
  const [columns, rows] = swap ? [g.cropHeight, g.cropWidth] : [g.cropWidth, g.cropHeight];
  return {
    first:
      (g.top * g.canvasWidth + g.left) * step +
      (right ? (columns - 1) * along : 0) +
      (bottom ? (rows - 1) * next : 0),
    along: right ? -along : along,
    next: bottom ? -next : next,
    red,
    green,
    blue,
  };
}
