import { execFile, execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { pictor, workshop } from './support.ts';

const run = promisify(execFile);

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    console.warn(`SKIPPED without ${shell}: its completion`);
    return false;
  }
}

const scripts = new Map<string, Promise<string>>();

/** The script of a shell, made once. */
function scriptOf(shell: string): Promise<string> {
  const known = scripts.get(shell) ?? pictor(['completion', shell]).then(({ stdout }) => stdout);
  scripts.set(shell, known);
  return known;
}

describe.skipIf(!has('bash'))('bash offers', () => {
  /** What bash itself would offer after these words; the last one is being typed. */
  async function offered(words: readonly string[], cwd = process.cwd()): Promise<string[]> {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const program = `${await scriptOf('bash')}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
_pictor
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run('bash', ['--norc', '-c', program], { cwd });
    return stdout.split('\n').filter(Boolean);
  }

  test('every command and every option of the program', async () => {
    const program = createProgram();
    const names = program.commands.map((command) => command.name());
    expect(await offered(['pictor', ''])).toEqual(expect.arrayContaining(names));
    for (const command of program.commands) {
      const options = command.options.map(({ long }) => long);
      expect(await offered(['pictor', command.name(), '--'])).toEqual(
        expect.arrayContaining([...options, '--help']),
      );
    }
  });

  test.each([
    [['pictor', 'cl'], ['classify']],
    [['pictor', 'classify', '--mo'], ['--model']],
    [
      ['pictor', 'classify', '--lang', ''],
      ['en', 'zh'],
    ],
    [['pictor', 'classify', 'a.jpg', '-l', 'z'], ['zh']],
    [['pictor', 'classify', '--lang', '=', 'z'], ['zh']],
    [
      ['pictor', 'classify', '--lang', '='],
      ['en', 'zh'],
    ],
    [['pictor', 'detect', '-m', 'squeezenet1.0-i'], ['squeezenet1.0-int8']],
    [
      ['pictor', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['pictor', 'keys', ''],
      ['create', 'list', 'hash', 'help'],
    ],
    [['pictor', 'keys', 'create', '--pl'], ['--plain']],
    [['pictor', 'help', 'comp'], ['completion']],
  ])('%j → %j', async (words, expected) => {
    expect(await offered(words)).toEqual(expected);
  });

  test('nothing of its own where a file belongs: readline completes it', async () => {
    expect(await offered(['pictor', 'classify', 'ph'])).toEqual([]);
    expect(await offered(['pictor', 'evaluate', 'data', '--images', ''])).toEqual([]);
    const { stdout } = await run('bash', ['--norc', '-c', `${await scriptOf('bash')}\ncomplete -p pictor`]);
    expect(stdout).toMatch(/-o default/);
  });

  test('a folder that is called like a command changes nothing', async () => {
    const { folder, path } = await workshop();
    await mkdir(path('classify'));
    await writeFile(path('tag'), '');
    expect(await offered(['pictor', 'cl'], folder)).toEqual(['classify']);
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test('takes the script without complaint and binds the command', async () => {
    const program = `autoload -Uz compinit && compinit -u -D
${await scriptOf('zsh')}
print -r -- "\${_comps[pictor]}"`;
    const { stdout, stderr } = await run('zsh', ['-f', '-c', program]);
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('_pictor');
  });
});

describe.skipIf(!has('fish'))('fish offers', () => {
  test.each([
    ['pictor cl', ['classify']],
    ['pictor classify --mo', ['--model']],
    ['pictor classify --lang ', ['en', 'zh']],
    ['pictor keys cr', ['create']],
  ])('after `%s`: %j', async (line, expected) => {
    const program = `${await scriptOf('fish')}\ncomplete -C '${line}'`;
    const { stdout } = await run('fish', ['--no-config', '-c', program]);
    const words = stdout.split('\n').map((row) => row.split('\t')[0]);
    expect(words).toEqual(expect.arrayContaining(expected));
  });
});
