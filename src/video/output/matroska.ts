/**
 * Raw frames in a stream that carries their times: Matroska (RFC 9559) with uncompressed RGB, written as it goes.
 *
 * @module
 */

/** Nanoseconds of a tick: times are exact to a microsecond. */
const TICK_NS = 1000;
/** Size of an element that ends with the stream. */
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

function element(id: number, payload: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(idBytes(id)), sizeOf(payload.length), Buffer.from(payload)]);
}

function idBytes(id: number): number[] {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

/** Always eight bytes: simple, and long enough for every frame. */
function sizeOf(length: number): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length) | (1n << 56n));
  return size;
}

function unsigned(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const text = (value: string) => Buffer.from(value, 'latin1');

/** The beginning of a stream of RGB frames. */
export function matroskaHeader(width: number, height: number): Buffer {
  const ebml = element(0x1a45dfa3, [
    ...element(0x4282, text('matroska')),
    ...element(0x4287, [4]),
    ...element(0x4285, [2]),
  ]);
  const info = element(0x1549a966, element(0x2ad7b1, unsigned(TICK_NS)));
  const video = element(0xe0, [
    ...element(0xb0, unsigned(width)),
    ...element(0xba, unsigned(height)),
    ...element(0x2eb524, [...text('RGB'), 24]),
  ]);
  const track = element(0xae, [
    ...element(0xd7, [1]),
    ...element(0x73c5, [1]),
    ...element(0x83, [1]),
    ...element(0x9c, [0]),
    ...element(0x86, text('V_UNCOMPRESSED')),
    ...video,
  ]);
  return Buffer.concat([
    ebml,
    Buffer.from([0x18, 0x53, 0x80, 0x67, ...UNKNOWN]),
    info,
    element(0x1654ae6b, track),
  ]);
}

/**
 * What goes before the pixels of a frame: each is a cluster of its own.
 *
 * @param time seconds, at least 0
 * @param bytes of the pixels
 */
export function matroskaFrame(time: number, bytes: number): Buffer {
  const timestamp = element(0xe7, unsigned(Math.round((time * 1e9) / TICK_NS)));
  const block = Buffer.concat([Buffer.from([0xa3]), sizeOf(bytes + 4), Buffer.from([0x81, 0, 0, 0x80])]);
  const size = timestamp.length + block.length + bytes;
  return Buffer.concat([Buffer.from([0x1f, 0x43, 0xb6, 0x75]), sizeOf(size), timestamp, block]);
}
