/**
 * Threads for one of several inferences at a time. Halved until they fit, because each number that is used is a session
 * more in each worker.
 *
 * @param most threads of an inference that is alone
 * @param inferences at the same time
 */
export function threadShare(most: number, inferences: number): number {
  let threads = most;
  while (threads > 1 && threads * inferences > most) threads = Math.ceil(threads / 2);
  return threads;
}
