import { PictorError } from '../../errors.ts';
import { OperationProblem } from '../onnx/problem.ts';
import { damaged } from './damaged.ts';

const MAX_NAMED = 50;

/** @throws CONVERT_OP_UNSUPPORTED naming every one of the operations, when there are any */
export function refuseUnsupported(missing: readonly { readonly op: string; readonly name: string }[]): void {
  if (missing.length === 0) return;
  const list = missing.slice(0, MAX_NAMED).map(({ op, name }) => `${op} (${name})`);
  const more = missing.length > list.length ? ` and ${missing.length - list.length} more` : '';
  throw unsupportedOperations(`${list.join(', ')}${more}`);
}

/** Gives a problem the name of the operation that has it. */
export function naming<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof OperationProblem)) throw error;
    const received = `${where} with ${error.message}`;
    throw error.kind === 'unsupported' ? unsupportedOperations(received, error) : damaged(received, error);
  }
}

function unsupportedOperations(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_OP_UNSUPPORTED', {
    expected: 'operations that Pictor translates',
    received,
    fix: 'Convert the original model to ONNX with its own exporter instead',
    ...(cause === undefined ? {} : { cause }),
  });
}
