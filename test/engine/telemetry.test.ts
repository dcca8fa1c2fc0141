import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { meanColour } from './mean-colour.ts';
import { startProgram } from './program.ts';

/** Folders that are the program's home and its place for temporary files. */
async function freshHome() {
  const home = await mkdtemp(join(tmpdir(), 'pictor-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  // The caller's switch is off on purpose: Pictor must set its own.
  // Compiled code, which newer versions of Node.js keep there, is not what is looked for.
  const env = {
    NODE_DISABLE_COMPILE_CACHE: '1',
    HOME: home,
    XDG_CACHE_HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: home,
  };
  return { home, env };
}

const isWatched = process.platform === 'linux' && existsSync('/proc/self/fd');

describe.skipIf(!isWatched)('telemetry of onnxruntime', () => {
  test('nothing is written below the home directory, and no worker opens a socket to anywhere', async () => {
    const { home, env } = await freshHome();
    const program = await startProgram('stay', { env });
    const { pids, backend } = await program.report;
    expect(backend).toBe('native');
    for (const pid of pids) {
      expect(environmentOf(pid)).toContain('ORT_DISABLE_TELEMETRY=1');
      // Looking up a host name, and sending to it, need one of these.
      expect(networkSockets(pid)).toEqual([]);
      expect(threadNames(pid).filter((name) => /telemetry|upload|curl|mat-/i.test(name))).toEqual([]);
      expect(openFiles(pid).filter((path) => /onnxruntime\.db|mat-debug|deviceid/.test(path))).toEqual([]);
    }
    program.process.stdin?.end();
    await program.end;
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  });

  test('the same check finds the telemetry of a bare onnxruntime', async (context) => {
    // Only some builds have it.
    if (process.arch !== 'x64') return context.skip();
    const { home, env } = await freshHome();
    const ort = createRequire(import.meta.url).resolve('onnxruntime-node');
    const { path } = await meanColour();
    const code = `require(${JSON.stringify(ort)}).InferenceSession.create(${JSON.stringify(path)}).then(() => process.exit(0))`;
    execFileSync(process.execPath, ['-e', code], { env: { PATH: process.env['PATH'], ...env } });
    expect(readdirSync(home, { recursive: true }).length).toBeGreaterThan(0);
  });
});

function environmentOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
}

/** Sockets of the process that are not of the family that stays on the machine (AF_UNIX). */
function networkSockets(pid: number): string[] {
  const mine = new Set(openFiles(pid).flatMap((name) => /^socket:\[(\d+)\]$/.exec(name)?.[1] ?? []));
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => mine.has(line.trim().split(/\s+/)[9] ?? '')),
  );
}

function threadNames(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((id) =>
    readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim(),
  );
}
