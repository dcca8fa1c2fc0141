/**
 * What a shared library of Linux needs: read from its ELF header, without running it.
 *
 * @module
 * @see System V ABI, ELF-64 Object File Format; LSB symbol versioning (`.gnu.version_r`)
 */
import { compareVersions } from '../../../platforms/shared/runtimes.ts';

export interface ElfFacts {
  readonly machine: 'x64' | 'arm64' | 'other';
  /** The newest `GLIBC_x.y` it asks for, e.g. `2.28`; absent when it asks for none. */
  readonly glibc?: string;
  /** Libraries that it names as needed. */
  readonly needed: readonly string[];
}

const MACHINES: Readonly<Record<number, ElfFacts['machine']>> = { 62: 'x64', 183: 'arm64' };
const SHT_DYNAMIC = 6;
const SHT_GNU_VERNEED = 0x6ffffffe;
const DT_NEEDED = 1n;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

/**
 * Reads a library.
 *
 * @param bytes the file
 * @returns nothing when it is no 64-bit little-endian ELF file, or a damaged one
 */
export function readElf(bytes: Uint8Array): ElfFacts | undefined {
  try {
    return parse(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function parse(view: DataView, bytes: Uint8Array): ElfFacts | undefined {
  if (view.byteLength < 64 || view.getUint32(0, false) !== 0x7f454c46) return undefined;
  if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) return undefined;
  const machine = MACHINES[view.getUint16(18, true)] ?? 'other';
  const sections = readSections(view);
  const needed: string[] = [];
  let glibc: string | undefined;
  for (const section of sections) {
    const strings = sections[section.link];
    if (!strings) continue;
    const text = (at: number) => cString(bytes, strings.offset + at);
    if (section.type === SHT_DYNAMIC) {
      for (let at = section.offset; at < section.offset + section.size; at += 16) {
        if (view.getBigInt64(at, true) === DT_NEEDED)
          needed.push(text(Number(view.getBigUint64(at + 8, true))));
      }
    } else if (section.type === SHT_GNU_VERNEED) {
      for (const name of neededVersions(view, section, text)) {
        const version = /^GLIBC_(\d+(?:\.\d+)+)$/.exec(name)?.[1];
        if (version && (glibc === undefined || compareVersions(version, glibc) > 0)) glibc = version;
      }
    }
  }
  return { machine, needed, ...(glibc !== undefined && { glibc }) };
}

function readSections(view: DataView): Section[] {
  const start = Number(view.getBigUint64(40, true));
  const entrySize = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * entrySize;
    return {
      type: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
    };
  });
}

function* neededVersions(view: DataView, section: Section, text: (at: number) => string): Generator<string> {
  let need = section.offset;
  for (let i = 0; i < section.info; i++) {
    const auxCount = view.getUint16(need + 2, true);
    let aux = need + view.getUint32(need + 8, true);
    for (let j = 0; j < auxCount; j++) {
      yield text(view.getUint32(aux + 8, true));
      aux += view.getUint32(aux + 12, true);
    }
    const next = view.getUint32(need + 12, true);
    if (next === 0) return;
    need += next;
  }
}

function cString(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return Buffer.from(bytes.subarray(start, end < 0 ? bytes.length : end)).toString('latin1');
}
