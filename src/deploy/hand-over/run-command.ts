import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PictorError } from '../../errors.ts';

export interface RunCommandOptions {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Where the output of the program goes (default `inherit`). */
  readonly output?: 'inherit' | 'ignore' | undefined;
}

/** A terminal gives Ctrl-C to the program as well, which then ends in its own way. */
const OWN_WAY_MS = 2_000;
const LAST_MS = 10_000;

/**
 * Runs a platform's program to its end. An abort ends the program too: it is waited for, so that nothing goes on behind
 * the back of whoever stopped it.
 *
 * @throws DEPLOY_FAILED when it ends with anything but 0, ABORTED
 */
export async function runCommand(options: RunCommandOptions): Promise<void> {
  const { program, args, cwd, env, signal, output = 'inherit' } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: output,
    // Where programs are .cmd files. All arguments are checked words or names of files.
    shell: process.platform === 'win32',
  });
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(undefined);
      else resolve(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`);
    });
  });
  const over = new AbortController();
  const onAbort = () => void endChild(child, over.signal);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const failure = await ended;
    signal?.throwIfAborted();
    if (failure !== undefined) throw failed(options, failure);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown instanceof PictorError ? thrown : failed(options, String(thrown));
  } finally {
    over.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}

async function endChild(child: ReturnType<typeof spawn>, over: AbortSignal): Promise<void> {
  const wait = (ms: number) => sleep(ms, undefined, { signal: over, ref: false });
  try {
    await wait(process.stdin.isTTY ? OWN_WAY_MS : 0);
    child.kill('SIGTERM');
    await wait(LAST_MS);
    child.kill('SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function failed({ program, args, cwd }: RunCommandOptions, received: string): PictorError {
  const [first = ''] = args;
  return new PictorError('DEPLOY_FAILED', {
    expected: `\`${program.split(/[/\\]/).at(-1)} ${first}\` to succeed`,
    received,
    fix: `Its own output says why; the files are in ${cwd}`,
  });
}
