import { throwIfAborted } from '../../../base/bounded.ts';
import type { ProtocolContext } from '../types.ts';

/** The last piece of work of each application, by what is one for each. */
const last = new WeakMap<object, Promise<unknown>>();

/**
 * Does work that needs a whole picture decoded in this process: one picture at a time, because sixteen large ones of a
 * batch would need gigabytes.
 *
 * @param work not begun when nobody waits for it any more
 */
export function oneAtATime<Result>(
  { recognizers, signal }: Pick<ProtocolContext, 'recognizers' | 'signal'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const turn = (last.get(recognizers) ?? Promise.resolve()).then(() => {
    throwIfAborted(signal);
    return work();
  });
  last.set(
    recognizers,
    turn.catch(() => {}),
  );
  return turn;
}
