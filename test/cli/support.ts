import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { onTestFinished, vi } from 'vitest';
import { type SmallModelName, writeSmallModel } from '../support/small-models.ts';

// A test runs the program several times, and each start takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const root = new URL('../../', import.meta.url);
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What a run of the program came to. */
export interface Run {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with each piece of standard error, e.g. to send a signal at the right moment. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The command line that runs the program: compiled where the compiled files are up to date, else from source. */
export const PROGRAM: readonly string[] = isBuilt()
  ? [process.execPath, fileURLToPath(new URL('dist/bundle/cli.js', root))]
  : [process.execPath, '--import', LOADER, fileURLToPath(new URL('src/cli/main.ts', root))];

function isBuilt(): boolean {
  const built = statSync(new URL('dist/bundle/cli.js', root), { throwIfNoEntry: false });
  if (!built) return false;
  const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  return sources.every((name) => statSync(new URL(`src/${name}`, root)).mtimeMs <= built.mtimeMs);
}

/** The environment of a run: no network, no colours, English, and only what the test gives. */
export function environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', PICTOR_OFFLINE: '1', ...env };
}

/** Runs `pictor` as a process of its own. */
export async function pictor(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [node = '', ...before] = PROGRAM;
  const child = spawn(node, [...before, ...args], { env: environment(options.env), cwd: options.cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(text, (signal) => child.kill(signal));
  });
  // A program that does not read its input is no failure of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, stdout, stderr };
}

/** A folder with pictures and small models; gone when the test ends. */
export interface Workshop {
  readonly folder: string;
  /** Variables that make the small models the ones that the package carries. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a picture of one colour and gives its path. */
  picture(name: string, colour: string): Promise<string>;
  path(...parts: string[]): string;
}

export async function workshop(...models: readonly SmallModelName[]): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const embedded = join(folder, 'embedded');
  for (const name of models) await writeSmallModel(embedded, name);
  return {
    folder,
    env: { PICTOR_EMBEDDED_MODELS: embedded, PICTOR_HOME: join(folder, 'store') },
    async picture(name, background) {
      const path = join(folder, name);
      const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .png()
        .toBuffer();
      await writeFile(path, bytes);
      return path;
    },
    path: (...parts) => join(folder, ...parts),
  };
}
