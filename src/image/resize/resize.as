// The inner loops of resizing, in AssemblyScript (WebAssembly SIMD). `npm run wasm` compiles this file to
// `resize.gen.ts`; a test checks that the two agree. Memory is laid out by the caller: nothing is allocated here.

/**
 * One output row from `taps` source rows: 8-bit samples in, 32-bit floats out.
 *
 * @param source first sample of the first row
 * @param stride bytes from one source row to the next
 * @param weights `taps` floats
 * @param count samples, rounded up to 16; that many are read and written
 * @param out `count` floats
 */
export function combineRows(
  source: usize,
  stride: usize,
  taps: i32,
  weights: usize,
  count: usize,
  out: usize,
): void {
  for (let i: usize = 0; i < count; i += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let from = source + i;
    for (let t = 0; t < taps; t++, from += stride) {
      const w = v128.load32_splat(weights + ((<usize>t) << 2));
      const v = v128.load(from);
      const low = i16x8.extend_low_i8x16_u(v);
      const high = i16x8.extend_high_i8x16_u(v);
      a = f32x4.add(a, f32x4.mul(w, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low))));
      b = f32x4.add(b, f32x4.mul(w, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low))));
      c = f32x4.add(c, f32x4.mul(w, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high))));
      d = f32x4.add(d, f32x4.mul(w, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high))));
    }
    const at = out + (i << 2);
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(at, c, 32);
    v128.store(at, d, 48);
  }
}

/** One output pixel from a row of interleaved floats: red, green and blue, rounded to 0..255, in the low three lanes. */
// @ts-ignore: decorator
@inline
function pixel(from: usize, taps: i32, weights: usize): v128 {
  let sum = f32x4.splat(0);
  for (let t = 0; t < taps; t++, from += 12, weights += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights), v128.load(from)));
  }
  // The operations that need not care for NaN are one instruction each.
  const bounded = f32x4.pmin(f32x4.pmax(sum, f32x4.splat(0)), f32x4.splat(255));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(bounded, f32x4.splat(0.5)));
}

/**
 * One row of a float tensor from a row of interleaved floats.
 *
 * @param row first pixel that `starts` counts from
 * @param count output pixels
 * @param starts first source pixel of each output pixel, i32
 * @param weights `count × taps` floats
 * @param tables 256 floats for red, then green, then blue: the tensor's value of each 8-bit level
 * @param red where the red value of the first output pixel goes; green and blue likewise
 * @param step bytes from one output pixel to the next
 */
export function floatRow(
  row: usize,
  count: i32,
  starts: usize,
  taps: i32,
  weights: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
): void {
  for (let x = 0; x < count; x++, starts += 4, weights += (<usize>taps) << 2) {
    const rgb = pixel(row + 12 * <usize>load<i32>(starts), taps, weights);
    f32.store(red, f32.load(tables + ((<usize>i32x4.extract_lane(rgb, 0)) << 2)));
    f32.store(green, f32.load(tables + ((<usize>i32x4.extract_lane(rgb, 1)) << 2), 1024));
    f32.store(blue, f32.load(tables + ((<usize>i32x4.extract_lane(rgb, 2)) << 2), 2048));
    red += step;
    green += step;
    blue += step;
  }
}

/** The same for a tensor of bytes; the tables are of bytes as well. */
export function byteRow(
  row: usize,
  count: i32,
  starts: usize,
  taps: i32,
  weights: usize,
  tables: usize,
  red: usize,
  green: usize,
  blue: usize,
  step: usize,
): void {
  for (let x = 0; x < count; x++, starts += 4, weights += (<usize>taps) << 2) {
    const rgb = pixel(row + 12 * <usize>load<i32>(starts), taps, weights);
    store<u8>(red, load<u8>(tables + <usize>i32x4.extract_lane(rgb, 0)));
    store<u8>(green, load<u8>(tables + <usize>i32x4.extract_lane(rgb, 1), 256));
    store<u8>(blue, load<u8>(tables + <usize>i32x4.extract_lane(rgb, 2), 512));
    red += step;
    green += step;
    blue += step;
  }
}
