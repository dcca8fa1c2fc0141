import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Platform } from '../../platforms/shared/platform.ts';
import { platformModule, SOURCE, sourceFile } from '../pack/source.ts';

/** The runner as one plain file, so that it starts like a platform's runtime and not like a TypeScript program. */
export interface RunnerFile extends AsyncDisposable {
  readonly path: string;
}

/** Writes the runner of a platform into a temporary folder, which disposal removes. */
export async function writeRunnerFile(platform: Platform): Promise<RunnerFile> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-runner-'));
  const path = join(folder, 'runner.cjs');
  if (platform.calls.kind !== 'server') {
    await build({
      stdin: {
        contents: `import { host } from ${JSON.stringify(platformModule(platform, 'host'))};
import { run } from ${JSON.stringify(sourceFile('deploy/emulate/runner'))};
run(host);`,
        resolveDir: SOURCE,
      },
      outfile: path,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      bundle: true,
      logLevel: 'silent',
    });
  }
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
