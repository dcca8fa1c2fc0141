/** Redis and PostgreSQL of a test's own, on loopback, gone with it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Service {
  readonly url: string;
  /** SIGKILL, then a new process over the same files. */
  restart(): Promise<void>;
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const postgresBin = ['/usr/lib/postgresql', '/usr/local/pgsql']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((version) => join(folder, version, 'bin')))
  .find((folder) => existsSync(join(folder, 'initdb')));
const isRoot = process.getuid?.() === 0;
export const hasPostgres = postgresBin !== undefined && (!isRoot || existsSync('/usr/sbin/runuser'));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

async function until(works: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (works()) return;
    await sleep(100);
  }
  throw new Error('a service did not start');
}

/** Redis with an append-only file, unless other settings are given. */
export async function startRedis(settings: readonly string[] = ['--appendonly', 'yes']): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-redis-'));
  const port = await freePort();
  let child: ChildProcess;
  const start = async () => {
    child = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings],
      { stdio: 'ignore' },
    );
    await until(
      () =>
        spawnSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' }).stdout?.trim() === 'PONG',
    );
  };
  await start();
  onTestFinished(async () => {
    await stopped(child, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await stopped(child, 'SIGKILL');
      await sleep(300);
      await start();
    },
  };
}

/** PostgreSQL in a folder of its own; as root, run by the user that Debian makes for it. */
export async function startPostgres(): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-postgres-'));
  const port = await freePort();
  const bin = postgresBin ?? '';
  const data = join(folder, 'data');
  const as = isRoot ? ['runuser', '-u', 'postgres', '--'] : [];
  const run = (...command: string[]): [string, string[]] => {
    const [program = '', ...rest] = [...as, ...command];
    return [program, rest];
  };
  await chmod(folder, 0o777);
  execFileSync(
    ...run(join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'pictor', '-E', 'UTF8', '--no-sync'),
    {
      stdio: 'ignore',
      cwd: folder,
    },
  );
  let child: ChildProcess;
  const start = async () => {
    child = spawn(
      ...run(join(bin, 'postgres'), '-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'),
      { stdio: 'ignore', cwd: folder },
    );
    await until(
      () =>
        spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'pictor']).status ===
        0,
    );
  };
  const stop = () => {
    spawnSync(...run(join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop'), { cwd: folder });
  };
  await start();
  onTestFinished(async () => {
    stop();
    await stopped(child, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: `postgres://pictor@127.0.0.1:${port}/postgres`,
    async restart() {
      stop();
      await sleep(300);
      await start();
    },
  };
}
