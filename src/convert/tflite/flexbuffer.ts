import { damaged } from './flatbuffer.ts';

const MAP = 9;
const INT = 1;
const UINT = 2;
const FLOAT = 3;
const BOOL = 26;
const MAX_ENTRIES = 64;

/**
 * The numbers of a FlexBuffer whose root is a map: how custom operations of TensorFlow Lite keep their options. Values of
 * other kinds are left out.
 *
 * @throws CONVERT_INPUT_INVALID when an offset leads outside the bytes
 * @see https://flatbuffers.dev/internals/#flexbuffers
 */
export function readFlexMap(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = () => damaged('options of a custom operation that do not parse');
  const unsigned = (at: number, width: number): number => {
    if (!Number.isInteger(at) || at < 0 || at + width > bytes.byteLength) throw wrong();
    if (width === 1) return view.getUint8(at);
    if (width === 2) return view.getUint16(at, true);
    if (width === 4) return view.getUint32(at, true);
    return Number(view.getBigUint64(at, true));
  };
  const signed = (at: number, width: number): number => {
    unsigned(at, width);
    if (width === 1) return view.getInt8(at);
    if (width === 2) return view.getInt16(at, true);
    if (width === 4) return view.getInt32(at, true);
    return Number(view.getBigInt64(at, true));
  };
  const real = (at: number, width: number): number => {
    unsigned(at, width);
    if (width === 4) return view.getFloat32(at, true);
    if (width === 8) return view.getFloat64(at, true);
    throw wrong();
  };
  const rootWidth = unsigned(bytes.byteLength - 1, 1);
  const rootType = unsigned(bytes.byteLength - 2, 1);
  if (![1, 2, 4, 8].includes(rootWidth) || rootType >> 2 !== MAP) throw wrong();
  const root = bytes.byteLength - 2 - rootWidth;
  const start = root - unsigned(root, rootWidth);
  const width = 1 << (rootType & 3);
  const count = unsigned(start - width, width);
  if (count > MAX_ENTRIES) throw wrong();
  const keysAt = start - 3 * width;
  const keys = keysAt - unsigned(keysAt, width);
  const keyWidth = unsigned(start - 2 * width, width);
  if (![1, 2, 4, 8].includes(keyWidth)) throw wrong();
  const found = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const slot = keys + i * keyWidth;
    const from = slot - unsigned(slot, keyWidth);
    const end = bytes.indexOf(0, from);
    if (from < 0 || end < 0) throw wrong();
    const key = new TextDecoder().decode(bytes.subarray(from, end));
    const kind = unsigned(start + count * width + i, 1) >> 2;
    const at = start + i * width;
    if (kind === INT) found.set(key, signed(at, width));
    else if (kind === UINT || kind === BOOL) found.set(key, unsigned(at, width));
    else if (kind === FLOAT) found.set(key, real(at, width));
  }
  return found;
}
