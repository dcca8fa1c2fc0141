import { PictorError } from '../../errors.ts';
import { PLATFORMS, platformOf } from '../../platforms/registry.ts';
import type { Platform } from '../../platforms/shared/platform.ts';
import { runtimeFor } from '../../platforms/shared/runtimes.ts';
import type { PackOptions, PackTarget } from './types.ts';

const KINDS = ['event', 'web'] as const;
const BACKENDS = ['native', 'wasm'] as const;
const ARCHS = ['x64', 'arm64'] as const;

/**
 * What an archive is to be made for; every combination that cannot work is refused here, before anything is written.
 *
 * @throws PLATFORM_UNKNOWN, OPTION_INVALID
 */
export function resolveTarget(options: PackOptions): PackTarget {
  const platform = platformOf(options.platform);
  const backend = oneOf('--backend', BACKENDS, options.backend ?? 'native');
  const arch = oneOf('--arch', ARCHS, options.arch ?? 'x64');
  const kind = oneOf('--kind', KINDS, options.kind ?? 'event');
  if (!platform.archs.includes(arch)) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a processor of ${platform.title}: ${platform.archs.join(', ')}`,
      received: `--arch ${arch}`,
    });
  }
  if (kind === 'web' && platform.web === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `--kind web on ${idsWith(({ web }) => web !== undefined).join(' or ')}`,
      received: platform.id,
      fix: 'Leave it out, or pack with --platform container',
    });
  }
  if (options.modelLayer === true && options.modelUrl !== undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'one place for the model',
      received: '--model-layer and --model-url',
      fix: 'Choose one of them',
    });
  }
  if (options.modelLayer === true && platform.layerFolder === undefined) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a platform with layers: ${idsWith(({ layerFolder }) => layerFolder !== undefined).join(', ')}`,
      received: `--model-layer on ${platform.id}`,
      fix: 'Use --model-url',
    });
  }
  if (options.modelUrl !== undefined && !isHttpUrl(options.modelUrl)) {
    throw new PictorError('OPTION_INVALID', {
      expected: '--model-url to be an http or https URL',
      received: options.modelUrl,
    });
  }
  const { username, password } = new URL(options.modelUrl ?? 'http://none');
  if (username || password) {
    throw new PictorError('OPTION_INVALID', {
      expected: '--model-url without user and password, which do not belong in an archive',
      received: options.modelUrl ?? '',
      fix: 'Give the address with them to the function as the environment variable PICTOR_MODEL_URL',
    });
  }
  const runtime = runtimeFor(platform, options.node ?? 20, backend);
  const maxZipBytes = zipLimit(platform, options.viaStorage ?? false);
  return { platform, arch, backend, kind, runtime, ...(maxZipBytes !== undefined && { maxZipBytes }) };
}

function zipLimit({ id, limits, storage }: Platform, viaStorage: boolean): number | undefined {
  if (!viaStorage) return limits.zipBytes;
  if (storage !== undefined) return storage.zipBytes;
  throw new PictorError('OPTION_INVALID', {
    expected: `a platform that fetches archives from a bucket: ${idsWith((one) => one.storage !== undefined).join(', ')}`,
    received: `--via-storage on ${id}`,
    fix: 'Leave it out',
  });
}

/** The platforms that have something, for messages. */
function idsWith(has: (platform: Platform) => boolean): string[] {
  return PLATFORMS.filter(has).map(({ id }) => id);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function oneOf<Value extends string>(name: string, values: readonly Value[], value: string): Value {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new PictorError('OPTION_INVALID', {
    expected: `${name} to be ${values.join(' or ')}`,
    received: value,
  });
}
