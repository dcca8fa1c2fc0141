import type { ByteSource } from './byte-source.ts';
import { isZip, readZip } from './zip-directory.ts';

/** What the content of a file looks like. */
export type FileFormat =
  | 'hdf5'
  | 'keras-archive'
  | 'pytorch-zip'
  | 'pytorch-pickle'
  | 'pytorch-tar'
  | 'safetensors'
  | 'tflite'
  | 'json'
  | 'zip'
  | 'other';

const HEAD = 512;

/** Tells a file by its content; names lie. */
export function formatOf(source: ByteSource): FileFormat {
  const head = source.read(0, Math.min(HEAD, source.size));
  const text = (from: number, to: number) => Buffer.from(head.subarray(from, to)).toString('latin1');
  if (text(0, 8) === '\x89HDF\r\n\x1a\n') return 'hdf5';
  if (text(4, 8) === 'TFL3') return 'tflite';
  if (isZip(head)) return zipFormat(source);
  if (text(257, 262) === 'ustar') return 'pytorch-tar';
  if (head[0] === 0x80 && (head[1] ?? 0) >= 1 && (head[1] ?? 0) <= 5) return 'pytorch-pickle';
  if (isSafetensors(head, source.size)) return 'safetensors';
  return /^(\xef\xbb\xbf)?\s*\{/.test(text(0, 64)) ? 'json' : 'other';
}

function zipFormat(source: ByteSource): FileFormat {
  const names = new Set(readZip(source).map(({ name }) => name));
  if (names.has('config.json') && names.has('model.weights.h5')) return 'keras-archive';
  const pickled = [...names].some((name) => /^([^/]*\/)?(data|constants)\.pkl$/.test(name));
  return pickled ? 'pytorch-zip' : 'zip';
}

function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.byteLength < 10 || head[8] !== 0x7b) return false;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  return length >= 2 && length <= size - 8;
}
