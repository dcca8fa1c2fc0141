import { instantiate } from '../../base/system-limit.ts';
import { WASM_BASE64 as JPEG } from './jpeg.gen.ts';
import { WASM_BASE64 as PLANES } from './planes.gen.ts';

/** The functions of `jpeg.as`; all pointers are byte offsets into `memory`. */
interface JpegExports {
  readonly memory: WebAssembly.Memory;
  decodeScan(
    from: number,
    to: number,
    components: number,
    count: number,
    across: number,
    down: number,
    interval: number,
    block: number,
    order: number,
  ): number;
}

/** The functions of `planes.as`, which work in the same memory. */
interface PlanesExports {
  floatRows: WriteRows;
  byteRows: WriteRows;
}

type WriteRows = (
  planes: number,
  count: number,
  rows: number,
  tables: number,
  red: number,
  green: number,
  blue: number,
  step: number,
  next: number,
) => void;

/** Memory that is kept for the next picture; a larger one is given back. Bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;

const PAGE = 65_536;

/** The compiled loops and their memory, one for each thread: their work never yields, so calls cannot meet. */
export interface JpegWasm extends JpegExports, PlanesExports {
  /** Makes room up to `end`; views of the memory that were made before may be dead afterwards. */
  reserve(end: number): ArrayBuffer;
}

let modules: { readonly jpeg: WebAssembly.Module; readonly planes: WebAssembly.Module } | undefined;
let wasm: JpegWasm | undefined;

/** Lends the wasm of this thread for one picture; compiled (ten kilobytes) on first use. */
export function withJpegWasm<Result>(use: (wasm: JpegWasm) => Result): Result {
  wasm ??= open();
  const result = use(wasm);
  // WebAssembly memory never shrinks: only letting go of the instance frees it.
  if (wasm.memory.buffer.byteLength > KEPT_BYTES) wasm = undefined;
  return result;
}

function open(): JpegWasm {
  modules ??= { jpeg: compile(JPEG), planes: compile(PLANES) };
  const jpeg = instantiate(modules.jpeg).exports as JpegExports;
  const { memory } = jpeg;
  const planes = instantiate(modules.planes, { env: { memory } }).exports as PlanesExports;
  return {
    ...jpeg,
    ...planes,
    reserve(end) {
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return memory.buffer;
    },
  };
}

function compile(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}
