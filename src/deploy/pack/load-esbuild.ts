import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installCommand, peerVersion } from '../../base/package-root.ts';
import { PictorError } from '../../errors.ts';
import { storeFolder } from '../../models/locations.ts';
import { targetPackage } from './packages/packages.ts';

type Esbuild = typeof import('esbuild');

/**
 * The bundler: 11 MB that only packing needs, so that it is fetched through npm the first time.
 *
 * @returns the installed one, else the version that Pictor's package.json names, kept in the store's folder
 * @throws PACK_FAILED when npm cannot get it
 */
export async function loadEsbuild(): Promise<Esbuild> {
  loading ??= load();
  return loading;
}

let loading: Promise<Esbuild> | undefined;

async function load(): Promise<Esbuild> {
  try {
    return await import('esbuild');
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
  }
  const version = peerVersion('esbuild') ?? 'latest';
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  try {
    const { folder } = await targetPackage(
      'esbuild',
      version,
      { arch },
      join(storeFolder(process.env), 'tools'),
    );
    return createRequire(pathToFileURL(join(folder, 'package.json')))('esbuild') as Esbuild;
  } catch (cause) {
    throw new PictorError('PACK_FAILED', {
      expected: `the bundler esbuild ${version}`,
      received: cause instanceof Error ? cause.message : String(cause),
      fix: `Run ${installCommand('esbuild')}`,
      cause,
    });
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';
}
