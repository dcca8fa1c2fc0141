/**
 * Limits of the surroundings: what the system refuses is no fault of a picture.
 *
 * @module
 */
import { PictorError } from '../errors.ts';

/** What the system says when it has no more, and what a person can do. */
const REFUSALS: ReadonlyMap<string, readonly [what: string, fix: string]> = new Map([
  ['EMFILE', ['file descriptors', 'Raise `ulimit -n`']],
  ['ENFILE', ['file descriptors of the whole system', 'Raise the limit of open files of the system']],
  ['ENOSPC', ['room on the disk', 'Make room']],
  ['ENOMEM', ['memory', 'Give the process more memory']],
]);

/**
 * The error for a failure that the system's limits explain.
 *
 * @param thrown what was caught
 * @returns undefined when it is something else
 */
export function systemLimitError(thrown: unknown): PictorError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const refusal = 'code' in thrown ? REFUSALS.get(String(thrown.code)) : undefined;
  if (refusal !== undefined) return limitError(...refusal, thrown);
  // Node.js reserves 8 GB of addresses for each WebAssembly memory, and takes none of it before it is used.
  if (thrown instanceof RangeError && /could not allocate memory|Out of memory/i.test(thrown.message)) {
    return limitError(
      'address space for WebAssembly',
      'Lift `ulimit -v`, or start Node.js with `--disable-wasm-trap-handler`',
      thrown,
    );
  }
  return undefined;
}

function limitError(what: string, fix: string, cause: Error): PictorError {
  return new PictorError('SYSTEM_LIMIT', { expected: what, received: 'none left', fix, cause });
}

/**
 * An instance of a WebAssembly module.
 *
 * @throws SYSTEM_LIMIT when there is no address space for its memory
 */
export function instantiate(module: WebAssembly.Module, imports?: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (thrown) {
    throw systemLimitError(thrown) ?? thrown;
  }
}

/** The smallest WebAssembly module that has a memory: one page. */
const ONE_PAGE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1);

/** Whether WebAssembly works here. @throws SYSTEM_LIMIT */
export function tryWebAssembly(): void {
  instantiate(new WebAssembly.Module(ONE_PAGE));
}
