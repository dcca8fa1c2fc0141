import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../platforms/shared/platform.ts';
import { loadEsbuild } from '../pack/load-esbuild.ts';
import { builtRunner, platformModule, SOURCE, sourceFile } from '../pack/source.ts';

/** The runner as one plain file, so that it starts like a platform's runtime and not like a TypeScript program. */
export interface RunnerFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * The runner of a platform: the one that came with the package, or one that is built now.
 *
 * @returns a file; disposal removes what was built
 * @throws PACK_FAILED when it must be built and there is no bundler
 */
export async function writeRunnerFile(platform: Platform): Promise<RunnerFile> {
  const built = builtRunner(platform);
  if (built !== undefined || platform.calls.kind === 'server') {
    return { path: built ?? '', [Symbol.asyncDispose]: async () => {} };
  }
  const { build } = await loadEsbuild();
  const folder = await mkdtemp(join(tmpdir(), 'pictor-runner-'));
  const path = join(folder, 'runner.cjs');
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
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
