/**
 * `pictor keys`: keys for a server, made and written down.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { PictorError } from '../../errors.ts';
import type { Scope } from '../../server/keys/types.ts';
import { integerOption, listOption, positiveOption } from '../options.ts';

interface CreateFlags {
  readonly file?: string;
  readonly scope: readonly string[];
  readonly rate?: number;
  readonly burst?: number;
  readonly concurrency?: number;
  readonly days?: number;
  readonly plain?: boolean;
}

const DAY_MS = 86_400_000;

/** Adds `pictor keys create`, `list` and `hash`. */
export function registerKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('make keys for a server')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor keys create phone --file keys.yaml
  $ pictor keys create prometheus --file keys.yaml --scope metrics
  $ pictor keys create AKIDphone --file keys.yaml --plain --rate 10 --concurrency 4
  $ pictor keys list keys.yaml
  $ echo -n "$SECRET" | pictor keys hash`,
    );
  keys
    .command('create')
    .description('make a key, print its secret once, and add it to a key file')
    .argument('<id>', 'public name: the key id of vendor signatures, the name in logs')
    .option('-f, --file <file>', 'key file to add it to, made if it is not there (default: print the entry)')
    .option(
      '-s, --scope <scopes>',
      'infer, train, metrics, admin; comma-separated, repeatable',
      listOption,
      [],
    )
    .option('--rate <n>', 'requests a second', positiveOption)
    .option('--burst <n>', 'requests that may come at once before the rate applies', integerOption(1))
    .option('--concurrency <n>', 'requests in progress at the same time', integerOption(1))
    .option('--days <n>', 'days until the key is worth nothing', integerOption(1))
    .addOption(
      new Option(
        '--plain',
        'write the secret itself, not its hash: vendor signatures are computed from the secret',
      ),
    )
    .action(create);
  keys
    .command('list')
    .description('show the keys of a file, without secrets')
    .argument('<file>')
    .action(list);
  keys
    .command('hash')
    .description('print the SHA-256 of a secret on standard input, for the `sha256` of a key file')
    .action(hash);
}

async function create(id: string, flags: CreateFlags): Promise<void> {
  const { addKey, newSecret } = await import('../../server/keys/edit-key-file.ts');
  const { hashSecret } = await import('../../server/keys/key-file.ts');
  const secret = newSecret();
  const entry = {
    id,
    ...(flags.plain ? { secret } : { sha256: hashSecret(secret).toString('hex') }),
    scopes: scopesOf(flags.scope),
    ...(flags.rate === undefined ? {} : { ratePerSecond: flags.rate }),
    ...(flags.burst === undefined ? {} : { burst: flags.burst }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    ...(flags.days === undefined
      ? {}
      : { notAfter: new Date(Date.now() + flags.days * DAY_MS).toISOString() }),
  };
  const written = await addKey(flags.file, entry);
  if (flags.file === undefined) process.stdout.write(written);
  else process.stderr.write(`Added ${id} to ${flags.file}. The secret is shown this once:\n`);
  process.stdout.write(flags.file === undefined ? `# secret: ${secret}\n` : `${secret}\n`);
}

async function list(file: string): Promise<void> {
  const { readKeyFile } = await import('../../server/keys/edit-key-file.ts');
  const { table } = await import('../render/columns.ts');
  const rows = (await readKeyFile(file)).map(({ key, secret }) => [
    key.id,
    key.scopes.join(' '),
    key.ratePerSecond === undefined ? '' : `${key.ratePerSecond}/s`,
    key.concurrency === undefined ? '' : String(key.concurrency),
    key.notAfter === undefined ? '' : new Date(key.notAfter).toISOString().slice(0, 10),
    secret === undefined ? 'hash' : 'plain',
  ]);
  const heads = ['id', 'scopes', 'rate', 'at a time', 'until', 'secret'];
  process.stdout.write(`${table([heads, ...rows], [2, 3])}\n`);
}

async function hash(): Promise<void> {
  const { hashSecret } = await import('../../server/keys/key-file.ts');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const secret = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (secret === '') throw new PictorError('OPTION_INVALID', { expected: 'a secret on standard input' });
  process.stdout.write(`${hashSecret(secret).toString('hex')}\n`);
}

function scopesOf(words: readonly string[]): Scope[] {
  if (words.length === 0) return ['infer'];
  return words.map((word) => {
    if (word === 'infer' || word === 'train' || word === 'metrics' || word === 'admin') return word;
    throw new PictorError('OPTION_INVALID', {
      expected: '--scope among infer, train, metrics, admin',
      received: word,
    });
  });
}
