import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, onTestFinished } from 'vitest';
import { hasData } from '../support/data.ts';

const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** A `describe` that skips, loudly, where ffmpeg or the clips are absent. */
export function describeWithClips(name: string, body: () => void): void {
  if (!hasFfmpeg || !hasData) console.warn(`SKIPPED without ffmpeg or test data: ${name}`);
  describe.skipIf(!hasFfmpeg || !hasData)(name, body);
}

/** Makes a file with ffmpeg. */
export async function ffmpeg(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);
}

/** A folder that is gone when the test ends. */
export function scratch(): (...parts: string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'pictor-video-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}

/** Children of this process that are ffmpeg. */
export function runningFfmpegs(): number[] {
  try {
    const list = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,comm='], {
      encoding: 'utf8',
    });
    return list
      .split('\n')
      .filter((line) => /ffmpeg/.test(line) && !/defunct/.test(line))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return [];
  }
}
