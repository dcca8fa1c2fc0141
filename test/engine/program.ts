import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { meanColour, solid } from './mean-colour.ts';

/** A running `programs/answer.ts`. */
export interface Program {
  readonly process: ChildProcess;
  /** The first line it printed. */
  readonly report: Promise<{ readonly pids: readonly number[]; readonly backend: string }>;
  readonly end: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly stdout: string;
  }>;
}

/**
 * Starts the program in a process of its own, which the test ends when it ends.
 *
 * @param ending one of those in the program
 * @param options effort of the model (see `meanColour`); env replaces the environment but for PATH
 */
export async function startProgram(
  ending: string,
  options: { readonly effort?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-program-'));
  const [model, picture] = [join(folder, 'model.json'), join(folder, 'picture.png')];
  await writeFile(model, JSON.stringify(await meanColour({ effort: options.effort ?? 0 })));
  await writeFile(picture, await solid(300));
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const entry = fileURLToPath(new URL('./programs/answer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, entry, model, picture, ending], {
    env: { PATH: process.env['PATH'], TSX_DISABLE_CACHE: '1', ...options.env },
    // One of the endings is an uncaught error on purpose.
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  let stdout = '';
  const { promise, resolve } = withResolvers<Awaited<Program['report']>>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const [first, rest] = stdout.split('\n', 2);
    if (first !== undefined && rest !== undefined) resolve(JSON.parse(first));
  });
  const end = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout }));
  return { process: child, report: promise, end };
}

/** Whether a process of this id is alive. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
