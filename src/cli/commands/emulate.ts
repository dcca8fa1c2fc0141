/**
 * `pictor emulate`: a packed function behind a local gateway that behaves as its platform does.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { EmulatedCall } from '../../deploy/emulate/emulator.ts';
import type { Phases } from '../../deploy/emulate/types.ts';
import type { BackendName } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import { choicesOf, PLATFORM_IDS, platformOf } from '../../platforms/registry.ts';
import type { FunctionKind } from '../../platforms/shared/platform.ts';
import { durationOption, integerOption } from '../options.ts';
import { colorsFor, megabytes } from '../render/terminal.ts';

interface EmulateFlags {
  readonly platform?: string;
  readonly model?: string;
  readonly kind: FunctionKind;
  readonly backend: BackendName;
  readonly trigger?: string;
  readonly host: string;
  readonly port: number;
  readonly memory: number;
  readonly timeout: number;
  readonly idle: number;
  readonly instances: number;
  readonly env: readonly string[];
  readonly json?: boolean;
}

/** Adds `pictor emulate`. */
export function registerEmulate(program: Command): void {
  program
    .command('emulate')
    .description('run a packed function as its platform would')
    .argument('[archive]', 'from `pictor pack`; packed now when left out')
    .option('-p, --platform <name>', `${PLATFORM_IDS.join(', ')} (default: the one in the archive's name)`)
    .option('-m, --model <id>', 'what to pack when there is no archive')
    .addOption(new Option('--kind <kind>', 'as it was packed').choices(['event', 'web']).default('event'))
    .addOption(new Option('--backend <name>', 'what to pack').choices(['native', 'wasm']).default('native'))
    .option(
      '--trigger <name>',
      choicesOf(({ calls }) => (calls.kind === 'event' ? Object.keys(calls.gateways) : [])),
    )
    .option('-H, --host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port, 0 for any free one', integerOption(0, 65_535), 9000)
    .option('--memory <mb>', 'memory of an instance, MiB', integerOption(64, 32_768), 256)
    .option('--timeout <time>', 'for one call', durationOption, 30_000)
    .option('--idle <time>', 'after which an instance without work ends', durationOption, 60_000)
    .option('--instances <n>', 'instances at the same time', integerOption(1, 100), 10)
    .option(
      '-e, --env <pair>',
      'environment of the function, repeatable: NAME=value',
      (pair: string, before: readonly string[]) => [...before, pair],
      [],
    )
    .option('--json', 'one JSON line a call')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor emulate --platform scf
  $ pictor emulate pictor-scf-squeezenet.zip
  $ pictor emulate flowers.zip --platform lambda --trigger alb --memory 512
  $ pictor emulate --platform scf --idle 5s & pictor bench http://127.0.0.1:9000/image -i cat.jpg --cold 5 --idle 6s`,
    )
    .action(runEmulate);
}

/** `pictor pack` names archives `pictor-<platform>-<model>.zip`. */
function platformInName(archive: string | undefined): string {
  const name = archive === undefined ? undefined : /^pictor-([a-z]+)-/.exec(basename(archive))?.[1];
  if (name !== undefined && PLATFORM_IDS.includes(name)) return name;
  throw new PictorError('OPTION_INVALID', {
    expected: `--platform to be one of ${PLATFORM_IDS.join(', ')}`,
    received: archive === undefined ? 'none' : `none, and an archive named ${basename(archive)}`,
    fix: 'Add --platform, e.g. --platform scf',
  });
}

async function runEmulate(archive: string | undefined, flags: EmulateFlags): Promise<void> {
  const { startEmulator } = await import('../../deploy/emulate/emulator.ts');
  const platform = platformOf(flags.platform ?? platformInName(archive));
  const work = await mkdtemp(join(tmpdir(), 'pictor-emulate-'));
  try {
    await using emulator = await startEmulator({
      platform,
      archive: archive ?? (await packNow(platform.id, flags, join(work, 'function.zip'))),
      kind: flags.kind,
      trigger: flags.trigger,
      host: flags.host,
      port: flags.port,
      timeoutMs: flags.timeout,
      memoryMb: flags.memory,
      maxInstances: flags.instances,
      idleMs: flags.idle,
      env: environment(flags.env),
      onCall: (call) => print(call, flags),
      ...(!flags.json && { onOutput: (text) => process.stderr.write(text) }),
    });
    process.stderr.write(
      `${platform.title} at ${emulator.url}: POST ${emulator.url}/image. Ctrl-C ends it.\n`,
    );
    await untilSignal();
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function packNow(
  platform: string,
  { model, kind, backend }: EmulateFlags,
  out: string,
): Promise<string> {
  const { packFunction } = await import('../../deploy/pack/pack-function.ts');
  const report = await packFunction({ platform, model, kind, backend, out, boot: false });
  return report.file;
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new PictorError('OPTION_INVALID', { expected: '--env NAME=value', received: pair });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function print(call: EmulatedCall, { json }: EmulateFlags): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(call)}\n`);
    return;
  }
  const colors = colorsFor(process.stdout);
  const status = call.status < 400 ? colors.green(String(call.status)) : colors.red(String(call.status));
  const how = call.outcome === 'answered' ? '' : ` ${colors.red(call.outcome)}`;
  const memory = call.phases ? `, ${megabytes(call.phases.rss)}` : '';
  process.stdout.write(`${call.method} ${call.path} ${status} ${call.ms.toFixed(0)} ms${memory}${how}\n`);
  if (call.reason !== undefined) process.stdout.write(`  ${call.reason}\n`);
  if (call.cold) process.stdout.write(`  cold start${phasesLine(call.phases)}\n`);
}

/** Each phase by itself; loading the model and loading the application overlap. */
function phasesLine(phases: Phases | undefined): string {
  if (phases === undefined) return '';
  const { boot, load, session = load, app = load, answer } = phases;
  const ready = Math.max(session, app);
  const parts = [
    ['boot', boot],
    ['load', load - boot],
    ['session', session - load],
    ['application', app - load],
    ['warm-up and answer', answer - ready],
  ] as const;
  return `: ${parts.map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', ')}; together ${answer.toFixed(0)} ms`;
}
