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
  // A command that prints its result ends when nobody takes it; what runs for long does not.
  stream.removeAllListeners('error');
  stream.on('error', () => {
    broken = true;
    lost++;
  });
  return (line) => {
    try {
      // Streams over files write at once, and throw.
      if (!broken) {
        stream.write(line);
        return;
      }
      writeSync(stream.fd, lost > 0 ? `${lostLine(lost)}${line}` : line);
      lost = 0;
    } catch {
      broken = true;
      lost++;
    }
  };
}
