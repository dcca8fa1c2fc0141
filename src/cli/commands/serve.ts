/**
 * `pictor serve`: the HTTP service on this machine.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { packageVersion } from '../../base/package-root.ts';
import { toPictorError } from '../../errors.ts';
import type { ModelStore, PullOptions } from '../../models/types.ts';
import type { Configuration, ConfigurationInput } from '../../server/configuration/index.ts';
import type { RunningServer } from '../../server/serve.ts';
import { EXIT } from '../exit.ts';
import { createLineWriter } from '../line-writer.ts';
import { integerOption, listOption } from '../options.ts';
import { complain, notice, pullBar } from '../render/notices.ts';
import { colorsFor } from '../render/terminal.ts';

interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly model?: readonly string[];
  readonly watch?: boolean;
  readonly pull?: boolean;
  readonly keys?: string;
  readonly auth?: 'auto' | 'on' | 'off';
  readonly urls?: boolean;
  readonly allowHost?: readonly string[];
  readonly cors?: readonly string[];
  readonly workers?: number;
  readonly threads?: number;
  readonly logLevel?: Configuration['log']['level'];
  readonly logFormat?: Configuration['log']['format'];
}

/** Adds `pictor serve`. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('answer over HTTP')
    .option('-c, --config <file>', 'configuration, JSON or YAML (default ./pictor.config.{json,yaml,yml})')
    .option('-H, --host <address>', 'address to listen on (default 127.0.0.1)')
    .option('-p, --port <n>', 'port, 0 for any free one (default 8080)', integerOption(0, 65_535))
    .option('-m, --model <ids>', 'models to serve: ids or paths, comma-separated, repeatable', listOption)
    .option('--no-pull', 'never download a model at the start')
    .option('-k, --keys <file>', 'key file; read again when it changes')
    .addOption(
      new Option('--auth <mode>', 'whether keys are asked for (default auto: where there are keys)').choices([
        'auto',
        'on',
        'off',
      ]),
    )
    .option('--urls', 'fetch pictures by URL; private addresses are refused')
    .option('--allow-host <names>', 'host names to answer to without keys, besides localhost', listOption)
    .option('--cors <origins>', 'origins whose pages may call, comma-separated, or *', listOption)
    .option('--workers <n>', 'inference workers (default: one for two processors)', integerOption(1, 256))
    .option('--threads <n>', 'threads inside each inference (default: by load)', integerOption(1, 256))
    .addOption(new Option('--log-level <level>').choices(['debug', 'info', 'warn', 'error', 'silent']))
    .option('--watch', 'take over new versions of trained models as they come (also: SIGHUP)')
    .addOption(new Option('--log-format <format>').choices(['auto', 'json', 'text']))
    .addHelpText(
      'after',
      `
Examples:
  $ pictor serve
  $ pictor serve --model squeezenet,./my-detector.onnx --port 9000
  $ pictor keys create phone --file keys.yaml && pictor serve --host 0.0.0.0 --keys keys.yaml

Every option can also stand in a configuration file or an environment variable: docs/server.md.`,
    )
    .action(runServe);
}

async function runServe(flags: ServeFlags): Promise<void> {
  const { loadConfiguration } = await import('../../server/configuration/index.ts');
  const { createLogger } = await import('../../server/observe/pino-logger.ts');
  const { serveConfiguration } = await import('../../server/serve.ts');
  const configuration = await loadConfiguration({
    flags: settingsOf(flags),
    env: process.env,
    file: flags.config,
    folder: process.cwd(),
  });
  const { level, format } = configuration.log;
  const text = format === 'text' || (format === 'auto' && process.stdout.isTTY);
  const bar = pullBar();
  const store = await storeWithBar(bar.update);
  const { watchVersions } = await import('../../server/models/watch-versions.ts');
  const { packKind } = await import('../pack-job.ts');
  const server = await serveConfiguration(configuration, {
    store,
    jobKinds: [packKind([process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)])],
    keys: { variable: process.env['PICTOR_KEYS'] || undefined },
    logger: createLogger({
      level,
      format: text ? 'text' : 'json',
      write: createLineWriter(process.stdout, (lost) =>
        text
          ? `warn  ${lost} log lines were lost\n`
          : `{"level":"warn","lost":${lost},"msg":"log lines were lost"}\n`,
      ),
    }),
  });
  // What is said to people there may get lost; the server goes on.
  const say = createLineWriter(process.stderr, () => '');
  const stopped = untilSignal();
  say(`${head(server)}\n`);
  const failure = await Promise.race([server.ready.then(() => undefined, asError), stopped]);
  bar.stop();
  if (
    failure instanceof Error &&
    !server.app.recognizers.list().some(({ status }) => status.state === 'ready')
  ) {
    await server.close();
    throw failure;
  }
  if (failure instanceof Error) notice(`One model does not serve: ${failure.message}`);
  if (failure === undefined || failure instanceof Error) say(`${body(server)}\n`);
  const reload = () => void server.app.recognizers.reload().catch(complainAboutReload);
  process.on('SIGHUP', reload);
  const watch = flags.watch ? watchVersions(server.app.recognizers, store) : undefined;
  await stopped;
  process.off('SIGHUP', reload);
  watch?.();
  say('Stopping: finishing what was accepted. Once more ends at once.\n');
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
  await server.close();
}

function settingsOf(flags: ServeFlags): ConfigurationInput {
  const { host, port, model, keys, auth, urls, allowHost, cors, workers, threads, logLevel, logFormat } =
    flags;
  const given = <Value>(name: string, value: Value | undefined) =>
    value === undefined ? {} : { [name]: value };
  return {
    ...given('host', host),
    ...given('port', port),
    ...given('models', model),
    // Commander makes `pull` true where `--no-pull` is absent; only the flag itself may overrule the file.
    ...(flags.pull === false ? { pull: false } : {}),
    ...given('keysFile', keys),
    ...given('auth', auth),
    ...given('urls', urls),
    ...given('allowHosts', allowHost),
    ...given('cors', cors?.includes('*') ? '*' : cors),
    engine: {
      ...given('workers', workers),
      ...given('intraOpThreads', threads),
    },
    log: { ...given('level', logLevel), ...given('format', logFormat) },
  };
}

async function storeWithBar(
  onProgress: NonNullable<PullOptions['onProgress']>,
): Promise<Pick<ModelStore, 'list' | 'defaults' | 'resolve' | 'pull'>> {
  const { openModelStore } = await import('../../models/store/store.ts');
  const store = openModelStore();
  return {
    list: () => store.list(),
    defaults: () => store.defaults(),
    resolve: store.resolve.bind(store),
    pull: (reference: string, options: PullOptions = {}) => store.pull(reference, { ...options, onProgress }),
  };
}

function complainAboutReload(thrown: unknown): void {
  complain('reload', toPictorError(thrown));
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Resolves at the first SIGINT or SIGTERM. */
function untilSignal(): Promise<'stopped'> {
  return new Promise((resolve) => {
    const stop = () => resolve('stopped');
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

function head({ url }: RunningServer): string {
  const colors = colorsFor(process.stderr);
  return `${colors.bold('Pictor')} ${packageVersion()}  ${colors.cyan(url)}  ${colors.dim('loading models …')}`;
}

/** What is served, and a command to try it with. */
function body({ url, app }: RunningServer): string {
  const colors = colorsFor(process.stderr);
  const models = app.recognizers.list().map(({ id, status, manifest, defaultFor }) => {
    const state = status.state === 'ready' ? colors.green('ready') : colors.red(status.state);
    const tasks = defaultFor.length > 0 ? ` answers ${defaultFor.join(', ')}` : '';
    return `  ${id} (${manifest?.task ?? 'unknown'}) ${state}${colors.dim(tasks)}`;
  });
  const key = app.auth === 'on' ? " -H 'X-Api-Key: …'" : '';
  return [
    ...models,
    `  keys      ${app.auth === 'on' ? 'asked for' : 'not asked for'}`,
    `  page      ${url}/`,
    `  docs      ${url}/docs`,
    `  try       curl${key} --data-binary @cat.jpg -H 'Content-Type: image/jpeg' ${url}/image`,
    colors.dim('  Ctrl-C stops'),
  ].join('\n');
}
