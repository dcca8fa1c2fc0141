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

/**
 * Runs something that can end early with a result: the first Ctrl-C asks for that once it is possible, the next one
 * aborts.
 *
 * @param canStop whether there would be a result yet
 */
export async function untilStopped<Result>(
  run: (signal: AbortSignal, stop: AbortSignal) => Promise<Result>,
  canStop: () => boolean,
): Promise<Result> {
  const abort = new AbortController();
  const stop = new AbortController();
  const interrupt = () => {
    if (canStop() && !stop.signal.aborted) {
      stop.abort();
      return;
    }
    // One more ends the process as usual.
    process.removeListener('SIGINT', interrupt);
    abort.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await run(abort.signal, stop.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
