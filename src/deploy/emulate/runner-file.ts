import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { sourceFile } from '../pack/source.ts';

/** The runner as one plain file, so that it starts like a platform's runtime and not like a TypeScript program. */
export interface RunnerFile extends AsyncDisposable {
  readonly path: string;
}

/** Writes the runner into a temporary folder, which disposal removes. */
export async function writeRunnerFile(): Promise<RunnerFile> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-runner-'));
  const path = join(folder, 'runner.cjs');
  await build({
    entryPoints: [sourceFile('deploy/emulate/runner')],
    outfile: path,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    bundle: true,
    logLevel: 'silent',
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
