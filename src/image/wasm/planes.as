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
export function combine(
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

/** Four samples of the output, as floats. */
// @ts-ignore: decorator
@inline
function four(row: usize, starts: usize, weights: usize, groups: i32): v128 {
  const size = (<usize>groups) << 4;
  const a = products(row + <usize>load<i32>(starts), weights, groups);
  const b = products(row + <usize>load<i32>(starts, 4), weights + size, groups);
  const c = products(row + <usize>load<i32>(starts, 8), weights + 2 * size, groups);
  const d = products(row + <usize>load<i32>(starts, 12), weights + 3 * size, groups);
  const sums = pairSums(pairSums(a, b), pairSums(c, d));
  return f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.splat(9.5367431640625e-7));
}

/** Rounded to 0..255. */
// @ts-ignore: decorator
@inline
function levels(values: v128): v128 {
  const bounded = f32x4.min(f32x4.max(values, f32x4.splat(0)), f32x4.splat(255));
  return i32x4.trunc_sat_f32x4_u(f32x4.add(bounded, f32x4.splat(0.5)));
}

// @ts-ignore: decorator
@inline
function put<T>(table: usize, four: v128, at: usize, step: usize): void {
  const size = sizeof<T>();
  store<T>(at, load<T>(table + <usize>i32x4.extract_lane(four, 0) * size));
  store<T>(at + step, load<T>(table + <usize>i32x4.extract_lane(four, 1) * size));
  store<T>(at + 2 * step, load<T>(table + <usize>i32x4.extract_lane(four, 2) * size));
  store<T>(at + 3 * step, load<T>(table + <usize>i32x4.extract_lane(four, 3) * size));
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
  const middle = f32x4.splat(128);
  let x: usize = 0;
  while (true) {
    const y = four(luma, lumaStarts + (x << 2), lumaWeights + x * ((<usize>lumaGroups) << 4), lumaGroups);
    const starts = chromaStarts + (x << 2);
    const weights = chromaWeights + x * ((<usize>chromaGroups) << 4);
    const u = f32x4.sub(four(cb, starts, weights, chromaGroups), middle);
    const v = f32x4.sub(four(cr, starts, weights, chromaGroups), middle);
    const r = f32x4.add(y, f32x4.mul(v, f32x4.splat(1.402)));
    const g = f32x4.sub(
      y,
      f32x4.add(f32x4.mul(u, f32x4.splat(0.344136286)), f32x4.mul(v, f32x4.splat(0.714136286))),
    );
    const b = f32x4.add(y, f32x4.mul(u, f32x4.splat(1.772)));
    const at = x * step;
    const table = sizeof<T>() << 8;
    put<T>(tables, levels(r), red + at, step);
    put<T>(tables + table, levels(g), green + at, step);
    put<T>(tables + 2 * table, levels(b), blue + at, step);
    if (x + 4 >= count) return;
    // The last four may overlap those before.
    x = min(x + 4, count - 4);
  }
}

/**
 * One row of a float tensor from rows of {@link combine}.
 *
 * @param luma a row; `cb` and `cr` likewise
 * @param lumaStarts byte offset in the row of each output pixel's first sample, i32
 * @param lumaWeights eight i16 for each of the groups of each output pixel
 * @param lumaGroups samples of an output pixel, by eights
 * @param count output pixels, at least 4
 * @param tables 256 floats for red, then green, then blue: the tensor's value of each 8-bit level
 * @param red where the red value of the first output pixel goes; green and blue likewise
 * @param step bytes from one output pixel to the next; may be negative, modulo 2³²
 */
export function floatPixels(
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
  writePixels<f32>(
    luma,
    lumaStarts,
    lumaWeights,
    lumaGroups,
    cb,
    cr,
    chromaStarts,
    chromaWeights,
    chromaGroups,
    count,
    tables,
    red,
    green,
    blue,
    step,
  );
}

/** The same for a tensor of bytes; the tables are of bytes as well. */
export function bytePixels(
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
  writePixels<u8>(
    luma,
    lumaStarts,
    lumaWeights,
    lumaGroups,
    cb,
    cr,
    chromaStarts,
    chromaWeights,
    chromaGroups,
    count,
    tables,
    red,
    green,
    blue,
    step,
  );
}
