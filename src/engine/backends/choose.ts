import { PictorError } from '../../errors.ts';
import type { BackendChoice } from '../types.ts';
import { diagnoseFailure } from './diagnose.ts';
import { loadNativeBackend } from './native.ts';
import type { Backend } from './types.ts';
import { loadWasmBackend } from './wasm.ts';

/**
 * Loads the wanted back end; `auto` takes the native one and falls back to WASM.
 *
 * @throws BACKEND_UNAVAILABLE with what was found, what is required and what to install
 */
export async function chooseBackend(choice: BackendChoice): Promise<Backend> {
  const failures: string[] = [];
  const causes: unknown[] = [];
  for (const [name, load] of [
    ['native', loadNativeBackend],
    ['wasm', loadWasmBackend],
  ] as const) {
    if (choice !== 'auto' && choice !== name) continue;
    try {
      return await load();
    } catch (cause) {
      causes.push(cause);
      failures.push(`${name}: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)}`);
    }
  }
  const { expected, received, fix } = diagnoseFailure(choice);
  throw new PictorError('BACKEND_UNAVAILABLE', {
    expected,
    received: `${received} (${failures.join('; ')})`,
    fix,
    cause: new AggregateError(causes),
  });
}
