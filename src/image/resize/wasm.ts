import { instantiate } from '../../base/system-limit.ts';
import { WASM_BASE64 } from './resize.gen.ts';

/** The functions of `resize.as`; all pointers are byte offsets into `memory`. */
interface ResizeExports {
  readonly memory: WebAssembly.Memory;
  combineRows(
    source: number,
    stride: number,
    taps: number,
    weights: number,
    count: number,
    out: number,
  ): void;
  floatRow: WriteRow;
  byteRow: WriteRow;
}

type WriteRow = (
  row: number,
  count: number,
  starts: number,
  taps: number,
  weights: number,
  tables: number,
  red: number,
  green: number,
  blue: number,
  step: number,
) => void;

const PAGE = 65_536;

/** The compiled loops and their memory, one for each thread: their work never yields, so calls cannot meet. */
export interface ResizeWasm extends ResizeExports {
  /** Makes room; what lay in memory before may be overwritten. Returns the memory. */
  reserve(bytes: number): ArrayBuffer;
}

let wasm: ResizeWasm | undefined;

/** The wasm of this thread, compiled (a kilobyte) on first use. */
export function resizeWasm(): ResizeWasm {
  wasm ??= open();
  return wasm;
}

function open(): ResizeWasm {
  const module = new WebAssembly.Module(Buffer.from(WASM_BASE64, 'base64'));
  const exports = instantiate(module).exports as ResizeExports;
  const { memory } = exports;
  return {
    ...exports,
    reserve(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return memory.buffer;
    },
  };
}
