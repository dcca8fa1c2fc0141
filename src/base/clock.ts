/** Milliseconds of a clock that all processes of the machine share and that never jumps. */
export function monotonicNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
