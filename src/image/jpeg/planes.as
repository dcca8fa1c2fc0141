// From the planes of a decoded JPEG to a tensor, in AssemblyScript (WebAssembly SIMD), in the memory that `jpeg.as`
// decoded into. Each plane is resized at its own resolution and only the pixels that the tensor has are converted to
// RGB. `npm run wasm` compiles this file to `planes.gen.ts`; a test checks that the two agree.
//
// Weights are fractions of 14 bits; rows between the two passes hold 16-bit samples with 6 bits of fraction.

/**
 * One row from several: 8-bit samples in, 16-bit samples out.
 *
 * @param source first sample of the first row
 * @param stride bytes from one source row to the next
 * @param pairs half the number of rows
 * @param weights two i16 for each pair of rows
 * @param count samples; up to 15 more are read and written
 * @param out room for them
 */
function combine(
  source: usize,
  stride: usize,
  pairs: i32,
  weights: usize,
  count: usize,
  out: usize,
): void {
  const round = i32x4.splat(128);
  for (let i: usize = 0; i < count; i += 16) {
    let a = round;
    let b = round;
    let c = round;
    let d = round;
    let from = source + i;
    for (let p = 0; p < pairs; p++, from += stride << 1) {
      const w = v128.load32_splat(weights + ((<usize>p) << 2));
      const upper = v128.load(from);
      const lower = v128.load(from + stride);
      const low = v128.shuffle<i8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), w));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), w));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), w));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), w));
    }
    const at = out + (i << 1);
    v128.store(at, i16x8.narrow_i32x4_s(i32x4.shr_s(a, 8), i32x4.shr_s(b, 8)));
    v128.store(at, i16x8.narrow_i32x4_s(i32x4.shr_s(c, 8), i32x4.shr_s(d, 8)), 16);
  }
}

// @ts-ignore: decorator
@inline
function products(row: usize, weights: usize, groups: i32): v128 {
  let sum = i32x4.dot_i16x8_s(v128.load(row), v128.load(weights));
  for (let g = 1; g < groups; g++) {
    row += 16;
    weights += 16;
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(row), v128.load(weights)));
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function pairSums(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

/** Four samples of the output with seven bits of fraction. */
// @ts-ignore: decorator
@inline
function four(row: usize, starts: usize, weights: usize, groups: i32): v128 {
  const size = (<usize>groups) << 4;
  const a = products(row + <usize>load<i32>(starts), weights, groups);
  const b = products(row + <usize>load<i32>(starts, 4), weights + size, groups);
  const c = products(row + <usize>load<i32>(starts, 8), weights + 2 * size, groups);
  const d = products(row + <usize>load<i32>(starts, 12), weights + 3 * size, groups);
  const sums = pairSums(pairSums(a, b), pairSums(c, d));
  return i32x4.shr_s(i32x4.add(sums, i32x4.splat(1 << 12)), 13);
}

/** A colour: luma and a sum of products of chroma with fractions of twelve bits, rounded to 0..255. */
// @ts-ignore: decorator
@inline
function levels(luma: v128, products: v128): v128 {
  const sum = i32x4.add(i32x4.add(luma, products), i32x4.splat(1 << 18));
  return i32x4.min_s(i32x4.max_s(i32x4.shr_s(sum, 19), i32x4.splat(0)), i32x4.splat(255));
}

/** Four of the tensor's values of one colour: floats are reckoned, bytes looked up. */
// @ts-ignore: decorator
@inline
function put<T>(table: usize, four: v128, at: usize, step: usize): void {
  if (sizeof<T>() == 4) {
    const values = f32x4.add(
      f32x4.mul(f32x4.convert_i32x4_s(four), v128.load32_splat(table)),
      v128.load32_splat(table, 4),
    );
    if (step == 4) {
      v128.store(at, values);
      return;
    }
    v128.store32_lane(at, values, 0);
    v128.store32_lane(at + step, values, 1);
    v128.store32_lane(at + 2 * step, values, 2);
    v128.store32_lane(at + 3 * step, values, 3);
    return;
  }
  store<u8>(at, load<u8>(table + <usize>i32x4.extract_lane(four, 0)));
  store<u8>(at + step, load<u8>(table + <usize>i32x4.extract_lane(four, 1)));
  store<u8>(at + 2 * step, load<u8>(table + <usize>i32x4.extract_lane(four, 2)));
  store<u8>(at + 3 * step, load<u8>(table + <usize>i32x4.extract_lane(four, 3)));
}

// @ts-ignore: decorator
@inline
function writePixels<T>(
  luma: usize,
  lumaStarts: usize,
  lumaWeights: usize,
  lumaGroups: i32,
  cb: usize,
  cr: usize,
  chromaStarts: usize,
  chromaWeights: usize,
  chromaGroups: i32,
  count: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
): void {
  const middle = i32x4.splat(128 << 7);
  let x: usize = 0;
  while (true) {
    const y = i32x4.shl(
      four(luma, lumaStarts + (x << 2), lumaWeights + x * ((<usize>lumaGroups) << 4), lumaGroups),
      12,
    );
    const starts = chromaStarts + (x << 2);
    const weights = chromaWeights + x * ((<usize>chromaGroups) << 4);
    const u = i32x4.sub(four(cb, starts, weights, chromaGroups), middle);
    const v = i32x4.sub(four(cr, starts, weights, chromaGroups), middle);
    // JFIF's 1.402, 0.344136, 0.714136 and 1.772.
    const r = levels(y, i32x4.mul(v, i32x4.splat(5743)));
    const g = levels(y, i32x4.add(i32x4.mul(u, i32x4.splat(-1410)), i32x4.mul(v, i32x4.splat(-2925))));
    const b = levels(y, i32x4.mul(u, i32x4.splat(7258)));
    const at = x * step;
    const table: usize = sizeof<T>() == 4 ? 8 : 256;
    put<T>(tables, r, red + at, step);
    put<T>(tables + table, g, green + at, step);
    put<T>(tables + 2 * table, b, blue + at, step);
    if (x + 4 >= count) return;
    // The last four may overlap those before.
    x = min(x + 4, count - 4);
  }
}

/** Words that describe a plane: see `PLANE` in `jpeg/tensor.ts`. */
const WORDS: usize = 40;

/** The row `y` of a plane, resized downwards. */
// @ts-ignore: decorator
@inline
function combineRow(plane: usize, y: usize): void {
  const pairs = load<i32>(plane, 16);
  // A plane without weights has its row already: that of a grey picture's chroma.
  if (pairs == 0) return;
  const stride = <usize>load<i32>(plane, 4);
  const start = <usize>load<i32>(<usize>load<i32>(plane, 8) + (y << 2));
  combine(
    <usize>load<i32>(plane) + start * stride,
    stride,
    pairs,
    <usize>load<i32>(plane, 12) + ((y * <usize>pairs) << 2),
    <usize>load<i32>(plane, 20),
    <usize>load<i32>(plane, 24),
  );
}

// @ts-ignore: decorator
@inline
function writeRows<T>(
  planes: usize,
  count: usize,
  rows: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
  next: usize,
): void {
  const cb = planes + WORDS;
  const cr = cb + WORDS;
  for (let y: usize = 0; y < rows; y++) {
    combineRow(planes, y);
    combineRow(cb, y);
    combineRow(cr, y);
    writePixels<T>(
      <usize>load<i32>(planes, 24),
      <usize>load<i32>(planes, 28),
      <usize>load<i32>(planes, 32),
      load<i32>(planes, 36),
      <usize>load<i32>(cb, 24),
      <usize>load<i32>(cr, 24),
      <usize>load<i32>(cb, 28),
      <usize>load<i32>(cb, 32),
      load<i32>(cb, 36),
      count,
      tables,
      red,
      green,
      blue,
      step,
    );
    red += next;
    green += next;
    blue += next;
  }
}

/**
 * Makes a float tensor.
 *
 * @param planes descriptions of luma and both planes of chroma: first sample that is read, stride, first row of each output
 *   row (i32), weights down (two i16 for each pair of rows), pairs of rows, samples of a row, room for a combined row, byte
 *   offset in it of each output pixel's first sample (i32), weights across (eight i16 for each group), groups of samples
 * @param count output pixels in a row, at least 4
 * @param rows output rows
 * @param tables two floats for red, then green, then blue: a level times the one plus the other is the tensor's value
 * @param red where the red value of the first output pixel goes; green and blue likewise
 * @param step bytes from one output pixel to the next; may be negative, modulo 2³²
 * @param next bytes from one output row to the next, likewise
 */
export function floatRows(
  planes: usize,
  count: usize,
  rows: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
  next: usize,
): void {
  writeRows<f32>(planes, count, rows, tables, red, green, blue, step, next);
}

/** The same for a tensor of bytes; the tables are 256 bytes each, the tensor's value of each 8-bit level. */
export function byteRows(
  planes: usize,
  count: usize,
  rows: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
  next: usize,
): void {
  writeRows<u8>(planes, count, rows, tables, red, green, blue, step, next);
}
