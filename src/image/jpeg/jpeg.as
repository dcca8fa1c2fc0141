// A decoder for the commonest JPEGs, in AssemblyScript (WebAssembly SIMD): one Huffman-coded baseline scan of 8-bit
// samples, grey or YCbCr, chroma at full or half resolution. It computes what libjpeg-turbo computes, to the last bit:
// the accurate integer DCT (jidctint), "fancy" upsampling, and the fixed-point colour conversion. Anything unusual ends
// with a status other than 0, and a general decoder takes over. `npm run wasm` compiles this file to `jpeg.gen.ts`.
//
// Sources: ITU-T T.81 (annexes B, F, G); Loeffler, Ligtenberg, Moschytz, "Practical fast 1-D DCT algorithms with 11
// multiplications", 1989; JFIF 1.02 for the colour space.
//
// Memory is laid out by the caller: nothing is allocated here.

// Huffman tables, as the caller lays them out: 1024 lookups of u16 (length << 8 | symbol; 0 for longer codes), then for
// code lengths 0 to 17 the largest code as i32, then what to add to a code to find its symbol as i32, then the symbols;
// then 1024 lookups of i32 for codes whose extra bits are within the ten as well (value << 16 | run << 8 | all bits).
const LARGEST: usize = 2048;
const OFFSETS: usize = LARGEST + 18 * 4;
const SYMBOLS: usize = OFFSETS + 18 * 4;
const WHOLE: usize = SYMBOLS + 256;

// The bit reader between two blocks. Within a block it lives in locals: globals are memory to the engine.
/** Bits to come, the next one on top; zeros below. */
let buffer: u64 = 0;
let bits: i32 = 0;
/** Bits of the buffer that no data stood for: a marker or the end came before. */
let padding: i32 = 0;
let next: usize = 0;
let end: usize = 0;

/** Fills the buffer where a 0xff is near. */
function refill(): void {
  while (bits <= 48) {
    let byte: u32 = 0;
    if (next >= end) {
      padding += 8;
    } else {
      byte = load<u8>(next);
      if (byte != 0xff) next += 1;
      else if (next + 1 < end && load<u8>(next, 1) == 0) next += 2;
      else {
        byte = 0;
        padding += 8;
      }
    }
    buffer |= (<u64>byte) << (56 - bits);
    bits += 8;
  }
}

/** The symbol of a code longer than ten bits, with its length above; -1 when there is no such code. */
function longSymbol(table: usize, sixteen: i32): i32 {
  for (let length = 11; length <= 16; length++) {
    const code = sixteen >> (16 - length);
    const entry = table + ((<usize>length) << 2);
    if (code <= load<i32>(entry, LARGEST)) {
      return (length << 8) | <i32>load<u8>(table + SYMBOLS + <usize>(code + load<i32>(entry, OFFSETS)));
    }
  }
  return -1;
}

/** T.81's EXTEND. */
// @ts-ignore: decorator
@inline
function extend(value: i32, size: i32): i32 {
  return value < 1 << (size - 1) ? value + ((-1) << size) + 1 : value;
}

/** Whether none of four bytes is 0xff: no stuffing and no marker among them. */
// @ts-ignore: decorator
@inline
function isPlain(four: u32): bool {
  return ((~four - 0x01010101) & four & 0x80808080) == 0;
}

/**
 * Decodes one block's coefficients, dequantised, in natural order.
 *
 * @returns the new DC value << 1, with the low bit set when any other coefficient is not zero; i32.MIN_VALUE on bad data
 */
function coefficients(block: usize, dc: i32, dcTable: usize, acTable: usize, quant: usize, order: usize): i32 {
  const zero = i64x2.splat(0);
  for (let i: usize = 0; i < 128; i += 16) v128.store(block + i, zero);
  let b = buffer;
  let n = bits;
  let at = next;
  const last = end - 4;
  let k: usize = 0;
  let more = 0;
  let table = dcTable;
  while (true) {
    // 16 bits of code and 16 of value are the most that one step takes.
    if (n < 32) {
      const four = load<u32>(at);
      if (at <= last && isPlain(four)) {
        b |= (<u64>bswap<u32>(four)) << (32 - n);
        n += 32;
        at += 4;
      } else {
        buffer = b;
        bits = n;
        next = at;
        refill();
        b = buffer;
        n = bits;
        at = next;
      }
    }
    const ten = <usize>(b >> 54);
    const whole = load<i32>(table + (ten << 2), WHOLE);
    if (whole != 0) {
      b <<= whole & 255;
      n -= whole & 255;
      k += <usize>((whole >> 8) & 255);
      if (k > 63) return i32.MIN_VALUE;
      const place = <usize>load<u8>(order + k) << 1;
      store<i16>(block + place, <i16>((whole >> 16) * <i32>load<u16>(quant + place)));
      more = 1;
      if (++k == 64) break;
      continue;
    }
    let entry = <i32>load<u16>(table + (ten << 1));
    if (entry == 0) {
      entry = longSymbol(table, <i32>(b >> 48));
      if (entry < 0) return i32.MIN_VALUE;
    }
    b <<= entry >> 8;
    const run = (entry >> 4) & 15;
    const size = entry & 15;
    // In two steps: a shift by 64 is a shift by nothing.
    const value = extend(<i32>((b >> 32) >> (32 - size)), size);
    b <<= size;
    n -= (entry >> 8) + size;
    if (k == 0) {
      // 11 bits are the most that a difference of 8-bit samples can need; there is no run before it.
      if (size > 11 || run != 0) return i32.MIN_VALUE;
      if (size != 0) dc += value;
      store<i16>(block, <i16>(dc * <i32>load<u16>(quant)));
      table = acTable;
      k = 1;
    } else if (size == 0) {
      if (run != 15) break;
      k += 16;
      if (k > 63) {
        if (k > 64) return i32.MIN_VALUE;
        break;
      }
    } else {
      k += <usize>run;
      if (k > 63) return i32.MIN_VALUE;
      const place = <usize>load<u8>(order + k) << 1;
      store<i16>(block + place, <i16>(value * <i32>load<u16>(quant + place)));
      more = 1;
      if (++k == 64) break;
    }
  }
  buffer = b;
  bits = n;
  next = at;
  return (dc << 1) | more;
}

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// @ts-ignore: decorator
@inline
function pair(a: i16, b: i16): v128 {
  return i32x4.splat((<i32>b << 16) | (<i32>a & 0xffff));
}

// @ts-ignore: decorator
@inline
function descale(low: v128, high: v128, round: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, round), shift),
    i32x4.shr_s(i32x4.add(high, round), shift),
  );
}

/** One dimension of the inverse DCT on eight columns at a time. Constants are 13-bit fractions of the paper's. */
// @ts-ignore: decorator
@inline
function pass(at: usize, shift: i32): void {
  const v0 = v128.load(at);
  const v1 = v128.load(at, 16);
  const v2 = v128.load(at, 32);
  const v3 = v128.load(at, 48);
  const v4 = v128.load(at, 64);
  const v5 = v128.load(at, 80);
  const v6 = v128.load(at, 96);
  const v7 = v128.load(at, 112);
  const round = i32x4.splat(1 << (shift - 1));

  const even = low(v2, v6);
  const evenHigh = high(v2, v6);
  const c3 = pair(10703, 4433);
  const c2 = pair(4433, -10704);
  const e3 = i32x4.dot_i16x8_s(even, c3);
  const e3h = i32x4.dot_i16x8_s(evenHigh, c3);
  const e2 = i32x4.dot_i16x8_s(even, c2);
  const e2h = i32x4.dot_i16x8_s(evenHigh, c2);
  const sum = i16x8.add(v0, v4);
  const gap = i16x8.sub(v0, v4);
  const e0 = i32x4.shl(i32x4.extend_low_i16x8_s(sum), 13);
  const e0h = i32x4.shl(i32x4.extend_high_i16x8_s(sum), 13);
  const e1 = i32x4.shl(i32x4.extend_low_i16x8_s(gap), 13);
  const e1h = i32x4.shl(i32x4.extend_high_i16x8_s(gap), 13);
  const t10 = i32x4.add(e0, e3);
  const t10h = i32x4.add(e0h, e3h);
  const t13 = i32x4.sub(e0, e3);
  const t13h = i32x4.sub(e0h, e3h);
  const t11 = i32x4.add(e1, e2);
  const t11h = i32x4.add(e1h, e2h);
  const t12 = i32x4.sub(e1, e2);
  const t12h = i32x4.sub(e1h, e2h);

  const z3 = i16x8.add(v7, v3);
  const z4 = i16x8.add(v5, v1);
  const z = low(z3, z4);
  const zh = high(z3, z4);
  const k3 = pair(-6436, 9633);
  const k4 = pair(9633, 6437);
  const y3 = i32x4.dot_i16x8_s(z, k3);
  const y3h = i32x4.dot_i16x8_s(zh, k3);
  const y4 = i32x4.dot_i16x8_s(z, k4);
  const y4h = i32x4.dot_i16x8_s(zh, k4);
  const a = low(v7, v1);
  const ah = high(v7, v1);
  const b = low(v5, v3);
  const bh = high(v5, v3);
  const k70 = pair(-4927, -7373);
  const k73 = pair(-7373, 4926);
  const k51 = pair(-4176, -20995);
  const k52 = pair(-20995, 4177);
  const o0 = i32x4.add(i32x4.dot_i16x8_s(a, k70), y3);
  const o0h = i32x4.add(i32x4.dot_i16x8_s(ah, k70), y3h);
  const o3 = i32x4.add(i32x4.dot_i16x8_s(a, k73), y4);
  const o3h = i32x4.add(i32x4.dot_i16x8_s(ah, k73), y4h);
  const o1 = i32x4.add(i32x4.dot_i16x8_s(b, k51), y4);
  const o1h = i32x4.add(i32x4.dot_i16x8_s(bh, k51), y4h);
  const o2 = i32x4.add(i32x4.dot_i16x8_s(b, k52), y3);
  const o2h = i32x4.add(i32x4.dot_i16x8_s(bh, k52), y3h);

  const r0 = descale(i32x4.add(t10, o3), i32x4.add(t10h, o3h), round, shift);
  const r7 = descale(i32x4.sub(t10, o3), i32x4.sub(t10h, o3h), round, shift);
  const r1 = descale(i32x4.add(t11, o2), i32x4.add(t11h, o2h), round, shift);
  const r6 = descale(i32x4.sub(t11, o2), i32x4.sub(t11h, o2h), round, shift);
  const r2 = descale(i32x4.add(t12, o1), i32x4.add(t12h, o1h), round, shift);
  const r5 = descale(i32x4.sub(t12, o1), i32x4.sub(t12h, o1h), round, shift);
  const r3 = descale(i32x4.add(t13, o0), i32x4.add(t13h, o0h), round, shift);
  const r4 = descale(i32x4.sub(t13, o0), i32x4.sub(t13h, o0h), round, shift);

  // Transposed on the way out: 16-bit lanes, then pairs, then halves.
  const a0 = low(r0, r1);
  const a1 = high(r0, r1);
  const a2 = low(r2, r3);
  const a3 = high(r2, r3);
  const a4 = low(r4, r5);
  const a5 = high(r4, r5);
  const a6 = low(r6, r7);
  const a7 = high(r6, r7);
  const b0 = v128.shuffle<i32>(a0, a2, 0, 4, 1, 5);
  const b1 = v128.shuffle<i32>(a0, a2, 2, 6, 3, 7);
  const b2 = v128.shuffle<i32>(a1, a3, 0, 4, 1, 5);
  const b3 = v128.shuffle<i32>(a1, a3, 2, 6, 3, 7);
  const b4 = v128.shuffle<i32>(a4, a6, 0, 4, 1, 5);
  const b5 = v128.shuffle<i32>(a4, a6, 2, 6, 3, 7);
  const b6 = v128.shuffle<i32>(a5, a7, 0, 4, 1, 5);
  const b7 = v128.shuffle<i32>(a5, a7, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<i64>(b0, b4, 0, 2));
  v128.store(at, v128.shuffle<i64>(b0, b4, 1, 3), 16);
  v128.store(at, v128.shuffle<i64>(b1, b5, 0, 2), 32);
  v128.store(at, v128.shuffle<i64>(b1, b5, 1, 3), 48);
  v128.store(at, v128.shuffle<i64>(b2, b6, 0, 2), 64);
  v128.store(at, v128.shuffle<i64>(b2, b6, 1, 3), 80);
  v128.store(at, v128.shuffle<i64>(b3, b7, 0, 2), 96);
  v128.store(at, v128.shuffle<i64>(b3, b7, 1, 3), 112);
}

/** Coefficients → 8×8 samples. */
function transform(block: usize, out: usize, stride: usize): void {
  pass(block, 11);
  pass(block, 18);
  const middle = i8x16.splat(-128);
  for (let y: usize = 0; y < 8; y += 2) {
    const rows = v128.xor(
      i8x16.narrow_i16x8_s(v128.load(block + (y << 4)), v128.load(block + (y << 4), 16)),
      middle,
    );
    v128.store64_lane(out, rows, 0);
    v128.store64_lane(out + stride, rows, 1);
    out += stride << 1;
  }
}

/** A block of one level. */
function flat(level: i32, out: usize, stride: usize, size: i32): void {
  const value = min(255, max(0, ((level + 4) >> 3) + 128));
  const row = <u64>value * 0x0101010101010101;
  if (size == 8) {
    for (let y = 0; y < 8; y++, out += stride) store<u64>(out, row);
  } else if (size == 4) {
    for (let y = 0; y < 4; y++, out += stride) store<u32>(out, <u32>row);
  } else if (size == 2) {
    for (let y = 0; y < 2; y++, out += stride) store<u16>(out, <u16>row);
  } else store<u8>(out, <u8>row);
}

/** Four coefficients as floats. */
// @ts-ignore: decorator
@inline
function floats(at: usize): v128 {
  return f32x4.convert_i32x4_s(v128.load16x4_s(at));
}

// @ts-ignore: decorator
@inline
function scaled(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor));
}

// Means of two samples, and of four, straight from the coefficients: the mean of cos(a - b) and cos(a + b) is cos(a) cos(b),
// so a frequency keeps its cosine and is made smaller; the upper half are aliases of the lower half. What is left is an
// inverse DCT of four, or of two.

/** A frequency and its alias. @param at its coefficients, four of the eight columns */
// @ts-ignore: decorator
@inline
function folded(at: usize, row: usize, cosine: f32, sine: f32): v128 {
  return f32x4.sub(scaled(floats(at + (row << 4)), cosine), scaled(floats(at + ((8 - row) << 4)), sine));
}

/** The same across: the upper four columns of a row turned onto the lower ones. */
// @ts-ignore: decorator
@inline
function foldedAcross(lower: v128, upper: v128): v128 {
  const cosines = f32x4(1, 0.98078528, 0.923879533, 0.831469612);
  const sines = f32x4(0, 0.195090322, 0.382683432, 0.555570233);
  const aliases = v128.shuffle<i32>(upper, upper, 0, 3, 2, 1);
  return f32x4.sub(f32x4.mul(lower, cosines), f32x4.mul(aliases, sines));
}

/** Coefficients → means of 2×2 samples. */
function transform4(block: usize, out: usize, stride: usize): void {
  let r0 = foldedAcross(floats(block), floats(block + 8));
  let r1 = foldedAcross(
    folded(block, 1, 0.98078528, 0.195090322),
    folded(block + 8, 1, 0.98078528, 0.195090322),
  );
  let r2 = foldedAcross(
    folded(block, 2, 0.923879533, 0.382683432),
    folded(block + 8, 2, 0.923879533, 0.382683432),
  );
  let r3 = foldedAcross(
    folded(block, 3, 0.831469612, 0.555570233),
    folded(block + 8, 3, 0.831469612, 0.555570233),
  );
  for (let turn = 0; turn < 2; turn++) {
    const e0 = scaled(f32x4.add(r0, r2), 0.5);
    const e1 = scaled(f32x4.sub(r0, r2), 0.5);
    const o0 = f32x4.add(scaled(r1, 0.653281482), scaled(r3, 0.27059805));
    const o1 = f32x4.sub(scaled(r1, 0.27059805), scaled(r3, 0.653281482));
    const y0 = f32x4.add(e0, o0);
    const y1 = f32x4.add(e1, o1);
    const y2 = f32x4.sub(e1, o1);
    const y3 = f32x4.sub(e0, o0);
    const a = v128.shuffle<i32>(y0, y1, 0, 4, 1, 5);
    const b = v128.shuffle<i32>(y0, y1, 2, 6, 3, 7);
    const c = v128.shuffle<i32>(y2, y3, 0, 4, 1, 5);
    const d = v128.shuffle<i32>(y2, y3, 2, 6, 3, 7);
    r0 = v128.shuffle<i64>(a, c, 0, 2);
    r1 = v128.shuffle<i64>(a, c, 1, 3);
    r2 = v128.shuffle<i64>(b, d, 0, 2);
    r3 = v128.shuffle<i64>(b, d, 1, 3);
  }
  const upper = i16x8.narrow_i32x4_s(halfLevel(r0), halfLevel(r1));
  const lower = i16x8.narrow_i32x4_s(halfLevel(r2), halfLevel(r3));
  const bytes = i8x16.narrow_i16x8_u(upper, lower);
  v128.store32_lane(out, bytes, 0);
  v128.store32_lane(out + stride, bytes, 1);
  v128.store32_lane(out + 2 * stride, bytes, 2);
  v128.store32_lane(out + 3 * stride, bytes, 3);
}

/** Half of each, above the middle level, rounded. */
// @ts-ignore: decorator
@inline
function halfLevel(values: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(scaled(values, 0.5), f32x4.splat(128.5))));
}

/** What the odd frequencies add to the first of two means: four columns at a time. */
// @ts-ignore: decorator
@inline
function oddRows(at: usize): v128 {
  const first = f32x4.sub(scaled(floats(at + 16), 0.906127446), scaled(floats(at + 48), 0.318189645));
  const second = f32x4.sub(scaled(floats(at + 80), 0.212607524), scaled(floats(at + 112), 0.180239955));
  return f32x4.add(first, second);
}

/** The same across, of a row of eight. */
// @ts-ignore: decorator
@inline
function oddColumns(lower: v128, upper: v128): f32 {
  const sums = f32x4.add(
    f32x4.mul(lower, f32x4(0, 0.906127446, 0, -0.318189645)),
    f32x4.mul(upper, f32x4(0, 0.212607524, 0, -0.180239955)),
  );
  return f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 3);
}

/** Coefficients → means of 4×4 samples. */
function transform2(block: usize, out: usize, stride: usize): void {
  const lower = oddRows(block);
  const mean = <f32>load<i16>(block);
  const across = oddColumns(floats(block), floats(block + 8));
  const down = f32x4.extract_lane(lower, 0);
  const both = oddColumns(lower, oddRows(block + 8));
  store<u8>(out, eighth(mean + across + down + both));
  store<u8>(out, eighth(mean - across + down - both), 1);
  store<u8>(out + stride, eighth(mean + across - down - both));
  store<u8>(out + stride, eighth(mean - across - down + both), 1);
}

// @ts-ignore: decorator
@inline
function eighth(sum: f32): u8 {
  return <u8>min<i32>(255, max<i32>(0, <i32>floor<f32>(sum * 0.125 + 128.5)));
}

/** What the caller says of a component, 9 words each: see `decoders/direct-jpeg.ts`. */
const WORDS: usize = 36;

/**
 * Decodes the one scan into planes of samples.
 *
 * @param from first byte of entropy-coded data
 * @param to one past the last byte of the file
 * @param components descriptions of `count` components: blocks across and down in an MCU, plane, stride, quantisation
 *   table, DC table, AC table, a word for the DC value, and samples of a block across and down: 8, or 4, 2 or 1 for a
 *   smaller picture
 * @param across MCUs in a row
 * @param down rows of MCUs
 * @param interval MCUs between restart markers, or 0
 * @param block room for 64 coefficients
 * @param order natural place of each coefficient in zigzag order
 * @returns 0 when every MCU was decoded from data that were there and EOI follows
 */
export function decodeScan(
  from: usize,
  to: usize,
  components: usize,
  count: i32,
  across: i32,
  down: i32,
  interval: i32,
  block: usize,
  order: usize,
): i32 {
  buffer = 0;
  bits = 0;
  padding = 0;
  next = from;
  end = to;
  let left = interval;
  let restarts = 0;
  for (let my = 0; my < down; my++) {
    for (let mx = 0; mx < across; mx++) {
      if (interval != 0) {
        if (left == 0) {
          // What is left of the last byte is filling; more than that would be data out of place.
          if (bits - padding >= 8 || bits < padding) return 2;
          if (next + 1 >= end || load<u8>(next) != 0xff) return 2;
          if (<i32>load<u8>(next, 1) != 0xd0 + (restarts & 7)) return 2;
          next += 2;
          restarts++;
          buffer = 0;
          bits = 0;
          padding = 0;
          left = interval;
          for (let c = 0; c < count; c++) store<i32>(components + <usize>c * WORDS, 0, 28);
        }
        left--;
      }
      for (let c = 0; c < count; c++) {
        const part = components + <usize>c * WORDS;
        const h = load<i32>(part);
        const v = load<i32>(part, 4);
        const stride = <usize>load<i32>(part, 12);
        const quant = <usize>load<i32>(part, 16);
        const size = load<i32>(part, 32);
        for (let y = 0; y < v; y++) {
          let out = <usize>load<i32>(part, 8) + (<usize>(my * v + y) * stride + <usize>(mx * h)) * <usize>size;
          for (let x = 0; x < h; x++, out += <usize>size) {
            const dc = coefficients(
              block,
              load<i32>(part, 28),
              <usize>load<i32>(part, 20),
              <usize>load<i32>(part, 24),
              quant,
              order,
            );
            if (dc == i32.MIN_VALUE) return 1;
            store<i32>(part, dc >> 1, 28);
            if ((dc & 1) == 0 || size == 1) flat(<i32>load<i16>(block), out, stride, size);
            else if (size == 8) transform(block, out, stride);
            else if (size == 4) transform4(block, out, stride);
            else transform2(block, out, stride);
          }
        }
      }
    }
    if (bits < padding) return 3;
  }
  if (bits - padding >= 8) return 2;
  return next + 1 < end && load<u8>(next) == 0xff && load<u8>(next, 1) == 0xd9 ? 0 : 4;
}
