import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { environment, PROGRAM, pictor, workshop } from './support.ts';

const run = promisify(execFile);
const ESCAPE = '\u001B[';

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    console.warn('SKIPPED without util-linux script: what a terminal sees');
    return false;
  }
}

describe.skipIf(!hasScript())('at a terminal', () => {
  /** Runs the program on a pseudo terminal. `redirect` is shell syntax, such as `>/dev/null`. */
  async function typed(args: readonly string[], env: Readonly<Record<string, string>>, redirect = '') {
    const line = [...PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
    const { stdout } = await run('script', ['-qec', `stty cols 80; ${line} ${redirect}`, '/dev/null'], {
      env: { ...environment(env), TERM: 'xterm' },
    }).catch((failed: { code: unknown; stdout: string }) => {
      throw new Error(`exit code ${failed.code}: ${JSON.stringify(failed.stdout)}`);
    });
    return stdout;
  }

  test('names are bold and bars coloured, but not with NO_COLOR', async () => {
    const { env, picture } = await workshop('colours');
    const file = await picture('a.png', 'red');
    expect(await typed(['classify', file], env)).toContain(`${ESCAPE}36m█`);
    expect(await typed(['classify', file], { ...env, NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  test('many pictures show a progress bar beside answers that go elsewhere', async () => {
    const { env, picture, folder } = await workshop('colours');
    for (let i = 0; i < 12; i++) await picture(`${i}.png`, 'red');
    expect(await typed(['classify', folder], env, '>/dev/null')).toMatch(/12\/12/);
    expect(await typed(['classify', folder], env)).not.toMatch(/12\/12/);
  });
});

test('in a pipe there are no colours, unless forced', async () => {
  const { env, picture } = await workshop('colours');
  const file = await picture('a.png', 'red');
  expect((await pictor(['classify', file], { env })).stdout).not.toContain(ESCAPE);
  const forced = await pictor(['classify', file], { env: { ...env, FORCE_COLOR: '1' } });
  expect(forced.stdout).toContain(ESCAPE);
});

test('a reader that goes away ends the program quietly', async () => {
  const { env, picture, folder } = await workshop('colours');
  for (let i = 0; i < 40; i++) await picture(`${i}.png`, 'red');
  const line = [...PROGRAM, 'classify', folder, '--jsonl'].map((word) => `'${word}'`).join(' ');
  const script = `set -o pipefail; ${line} | head -n 1 | wc -l`;
  const { stdout, stderr } = await run('bash', ['-c', script], { env: environment(env) });
  expect(stdout.trim()).toBe('1');
  expect(stderr).toBe('');
});

test('Ctrl-C ends it with 130 and without a stack', async () => {
  const { env, picture, folder } = await workshop('colours');
  for (let i = 0; i < 200; i++) await picture(`${i}.png`, 'red');
  const missing = `${folder}/missing.png`;
  // The complaint about the first name tells that the work has begun.
  const { code, stderr } = await pictor(['classify', missing, folder, '--concurrency', '1', '--json'], {
    env,
    onStderr: (text, kill) => text.includes('missing.png') && kill('SIGINT'),
  });
  expect(code).toBe(130);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});
