import { readFile } from 'node:fs/promises';
import { instantiate } from '../../../base/system-limit.ts';
import { PictorError } from '../../../errors.ts';

/** What the decoders' modules have in common. */
interface Heap {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
}

/** A module of which each picture gets an instance of its own. */
export interface WasmDecoder<Exports> {
  /** Runs one decode; whatever it leaves in memory, and however it fails, goes with the instance. */
  run<T>(work: (exports: Exports & Heap) => T): T;
}

/**
 * Compiles a WebAssembly decoder out of a package's file.
 *
 * @param path of the module's file
 */
export async function loadWasm<Exports>(path: string): Promise<WasmDecoder<Exports>> {
  const module = await WebAssembly.compile(await readFile(path));
  const imports = refusals(module);
  return {
    run(work) {
      // A trap in the middle of a damaged picture would leave a shared instance with a leak or worse.
      const { exports } = instantiate(module, imports);
      return work(exports as unknown as Exports & Heap);
    },
  };
}

/** Copies bytes into the module's memory. */
export function push(heap: Heap, bytes: Uint8Array): number {
  const at = allocate(heap, bytes.length);
  new Uint8Array(heap.memory.buffer, at, bytes.length).set(bytes);
  return at;
}

/** Memory of the module; never null. */
export function allocate(heap: Heap, size: number): number {
  const at = heap.malloc(size);
  if (at === 0)
    throw new PictorError('IMAGE_TOO_MANY_PIXELS', { received: 'a picture that fills the memory' });
  return at;
}

/**
 * The modules import a few system calls that decoding never needs: they answer "nothing there", or end the decode.
 * libjpeg's `setjmp` returns 0, and its `longjmp`, the way out of an error, becomes an exception.
 */
function refusals(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] =
      name === 'setjmp' || name === 'environ_sizes_get'
        ? () => 0
        : () => {
            throw new Error(`${name} is not available`);
          };
  }
  return imports;
}
