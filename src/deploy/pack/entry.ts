/**
 * The entry of an archive and the small files that a platform wants with it.
 *
 * @module
 */
import { container } from '../../platforms/container/platform.ts';
import type { PackedFunction } from './runtime/types.ts';
import { platformModule, sourceFile } from './source.ts';
import type { PackTarget } from './types.ts';

export interface Entry {
  /** Name in the archive. */
  readonly file: string;
  readonly code: string;
  /** Further files: name → text. */
  readonly extras: Readonly<Record<string, string>>;
  /** Names that get the executable bit. */
  readonly executables: readonly string[];
  /** Modules that the platform provides at run time. */
  readonly provided: readonly string[];
  /** Packages that only this platform's entry needs: name → exact version. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * Writes the entry for a target.
 *
 * @param target what it is made for
 * @param packed metadata that is written into the archive
 */
export function entryFor(target: PackTarget, packed: PackedFunction): Entry {
  const { platform, kind } = target;
  if (kind === 'web' || platform.calls.kind === 'server') return serverEntry(target, packed);
  const { code, files = {}, provided = [], packages = {} } = platform.entry;
  return {
    file: 'index.js',
    code: `${inference(packed)}
import { createHandler } from ${JSON.stringify(platformModule(platform, 'runtime/index'))};
const app = openPackedApp(packed, opening);
${code}`,
    extras: files,
    executables: [],
    provided,
    packages,
  };
}

/** The model starts to load before anything else is looked at. */
function inference(packed: PackedFunction): string {
  const [file, name] = packed.oneAtATime
    ? ['deploy/pack/runtime/thread-session', 'openThreadSession']
    : ['deploy/pack/runtime/engine-session', 'openEngineSession'];
  return `import { ${name} } from ${JSON.stringify(sourceFile(file))};
import { openPackedApp } from ${JSON.stringify(sourceFile('deploy/pack/runtime/app'))};
const packed = ${JSON.stringify(packed)};
const opening = ${name}(packed, __dirname);`;
}

function serverEntry({ platform, kind, runtime }: PackTarget, packed: PackedFunction): Entry {
  const web = kind === 'web' ? platform.web : undefined;
  const fallback = web === undefined ? '' : `port: process.env.PORT ?? ${web.port}, `;
  const boot = web?.bootstrap(runtime);
  return {
    file: 'server.js',
    code: `${inference(packed)}
import { serveContainer } from ${JSON.stringify(platformModule(container, 'runtime/index'))};
const app = openPackedApp(packed, opening);
serveContainer(app, { ${fallback}}).catch((error) => {
  process.stderr.write(\`\${error.message}\\n\`);
  process.exit(1);
});`,
    extras: boot ? { [boot.name]: boot.text } : { ...platform.entry.files },
    executables: boot ? [boot.name] : [],
    provided: [],
    packages: {},
  };
}
