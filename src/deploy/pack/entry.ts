/**
 * The entry of an archive and the small files that a platform wants beside it.
 *
 * @module
 */

import type { PlatformId } from '../../platforms/registry.ts';
import type { PackedFunction } from './runtime/types.ts';
import { sourceFile } from './source.ts';
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
  /** Packages that only this platform's entry needs: name → version range. */
  readonly packages: readonly string[];
}

/** Port that the platform sends requests to, where it does not say so in the environment. */
const WEB_PORTS: Partial<Record<PlatformId, number>> = { scf: 9000, functiongraph: 8000 };

/**
 * Writes the entry for a target.
 *
 * @param target what it is made for
 * @param packed what the archive shall know of itself
 */
export function entryFor(target: PackTarget, packed: PackedFunction): Entry {
  const { platform, kind } = target;
  if (kind === 'web' || platform.id === 'container') return serverEntry(target, packed);
  const plain = { file: 'index.js', extras: {}, executables: [], provided: [], packages: [] };
  const name = platform.handler.slice(platform.handler.indexOf('.') + 1);
  switch (platform.id) {
    case 'azure':
      return {
        ...plain,
        code: `${opening(packed, 'azure')}
import { app as functions } from '@azure/functions';
functions.http('pictor', {
  methods: ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: createHandler(app, app),
});`,
        extras: { 'host.json': json(HOST_JSON), 'package.json': json(packageJson('index.js')) },
        provided: ['@azure/functions-core'],
        packages: ['@azure/functions'],
      };
    case 'gcf':
      return {
        ...plain,
        code: `${opening(packed, 'gcf')}
export const ${platform.handler} = createHandler(app, app);`,
        extras: { 'package.json': json(packageJson('index.js')) },
      };
    default:
      return {
        ...plain,
        code: `${opening(packed, platform.id)}
export const ${name} = createHandler(app, app);`,
      };
  }
}

function opening(packed: PackedFunction, adapter: string): string {
  return `${inference(packed)}
import { createHandler } from ${JSON.stringify(sourceFile(`platforms/${adapter}/runtime/index`))};
const app = openPackedApp(packed, opening);`;
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
  const port = kind === 'web' ? WEB_PORTS[platform.id] : undefined;
  const fallback = port === undefined ? '' : `port: process.env.PORT ?? ${port}, `;
  const boots: Partial<Record<PlatformId, readonly [string, string]>> = {
    scf: ['scf_bootstrap', `#!/bin/bash\nexec /var/lang/node${runtime.node}/bin/node server.js\n`],
    functiongraph: [
      'bootstrap',
      `#!/bin/bash\nexec /opt/function/runtime/${runtime.name.toLowerCase().replace('node.js', 'nodejs')}/rtsp/nodejs/bin/node $RUNTIME_CODE_ROOT/server.js\n`,
    ],
  };
  const boot = kind === 'web' ? boots[platform.id] : undefined;
  return {
    file: 'server.js',
    code: `${inference(packed)}
import { serveContainer } from ${JSON.stringify(sourceFile('platforms/container/runtime/index'))};
const app = openPackedApp(packed, opening);
serveContainer(app, { ${fallback}}).catch((error) => {
  process.stderr.write(\`\${error.message}\\n\`);
  process.exit(1);
});`,
    extras: {
      ...(boot && { [boot[0]]: boot[1] }),
      ...(platform.id === 'container' && { 'package.json': json(packageJson('server.js')) }),
    },
    executables: boot ? [boot[0]] : [],
    provided: [],
    packages: [],
  };
}

/** Without the route prefix `/api`, so that addresses are the same everywhere. */
const HOST_JSON = {
  version: '2.0',
  extensions: { http: { routePrefix: '' } },
};

function packageJson(main: string) {
  return { name: 'pictor-function', version: '0.0.0', private: true, main };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
