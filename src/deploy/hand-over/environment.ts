import { PictorError } from '../../errors.ts';
import { isBranch, type Settings, VARIABLES } from '../../server/configuration/environment.ts';

/** Settings of a server that listens by itself; a function has no use for them. */
const SERVER_ONLY =
  /^(host|allowHosts|port|models|pull|maxConnections|graceMs|engine|log\.format|keysFile|deploy)(\.|$)/;

/**
 * The server's settings as the environment of a function, which has no configuration file.
 *
 * @param settings of a valid configuration file
 * @param secrets names of variables that the function gets besides
 * @throws CONFIG_INVALID for a setting that no variable carries, and for a file of keys that would be left behind
 */
export function functionEnvironment(
  settings: Settings,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  if (settings['keysFile'] !== undefined && settings['auth'] !== 'off' && !secrets.includes('PICTOR_KEYS')) {
    throw new PictorError('CONFIG_INVALID', {
      expected: 'the keys of a function in PICTOR_KEYS',
      received: '`keysFile`, which stays on this machine',
      fix: 'Add PICTOR_KEYS to `deploy.secrets`',
    });
  }
  const environment: Record<string, string> = {};
  for (const [path, value] of leaves(settings)) {
    if (SERVER_ONLY.test(path)) continue;
    environment[variableOf(path)] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return environment;
}

function variableOf(path: string): string {
  const found = Object.entries(VARIABLES).find(([, variable]) => variable.path.join('.') === path);
  if (found) return found[0];
  throw new PictorError('CONFIG_INVALID', {
    expected: 'settings that a function can be told by its environment',
    received: `\`${path}\``,
    fix: 'Leave it out of the file that is deployed; docs/server.md lists the variables',
  });
}

function* leaves(settings: Settings, before = ''): Generator<readonly [path: string, value: unknown]> {
  for (const [name, value] of Object.entries(settings)) {
    if (isBranch(value)) yield* leaves(value, `${before}${name}.`);
    else if (value !== undefined && value !== null) yield [`${before}${name}`, value];
  }
}
