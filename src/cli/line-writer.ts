import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Writes lines to a standard stream for as long as a process lives. A full disk or a reader that left costs lines, not the
 * process; when there is room again the log goes on, and says how many are missing.
 *
 * @param stream e.g. `process.stdout`
 * @param lostLine the line that says how many were lost
 */
export function createLineWriter(
  stream: Writable & { readonly fd: number },
  lostLine: (lost: number) => string,
): (line: string) => void {
  let broken = false;
  let lost = 0;
  // A stream that has failed once takes nothing more; its file may.
  stream.on('error', () => {
    broken = true;
    lost++;
  });
  return (line) => {
    if (!broken) {
      stream.write(line);
      return;
    }
    try {
      writeSync(stream.fd, lost > 0 ? `${lostLine(lost)}${line}` : line);
      lost = 0;
    } catch {
      lost++;
    }
  };
}
