/**
 * Ctrl-C ends work in an orderly way: the first one aborts, a second one ends the process as usual.
 *
 * @module
 */

/**
 * Runs something that a Ctrl-C aborts.
 *
 * @param run is given the signal that Ctrl-C sets off
 */
export async function untilInterrupted<Result>(
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    return await run(controller.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
