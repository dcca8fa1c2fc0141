import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dataPath } from '../support/data.ts';
import { ffmpeg } from '../video/ffmpeg.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const PICTURES_A_CLASS = 12;

/** A line of a README that was run. */
export interface Typed {
  readonly line: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is both what a clone and what a project with Pictor installed are to a reader of the README. */
export interface ReadmeProject extends AsyncDisposable {
  readonly folder: string;
  /** What its programs see: its own store, no network. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives the weights of SqueezeNet's authors, under an id of their own or in the catalogue's place. */
  addSqueezenet(id?: string): Promise<void>;
  /** Runs a line as a shell would. */
  type(line: string): Promise<Typed>;
  /** Starts a line that serves, on a free port, and gives the address that it prints. */
  serve(line: string): Promise<string>;
  /** Ends what was started. */
  stop(): Promise<void>;
}

export async function openReadmeProject(): Promise<ReadmeProject> {
  const folder = mkdtempSync(join(tmpdir(), 'pictor-readme-'));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const own = { name: 'reader', private: true, type: 'module', scripts: { pictor: scripts.pictor } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(root, 'dist'), join(folder, 'dist'));
  symlinkSync(root, join(folder, 'node_modules/pictor'));
  writeFileSync(
    join(folder, 'node_modules/.bin/pictor'),
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'dist/bundle/cli.js')} "$@"\n`,
    { mode: 0o755 },
  );
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  await writeReadersFiles(folder);

  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    PICTOR_HOME: join(folder, 'store'),
    PICTOR_OFFLINE: '1',
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  const started: ChildProcess[] = [];

  const type = async (line: string): Promise<Typed> => {
    try {
      const { stdout, stderr } = await run('sh', ['-c', line], { cwd: folder, env });
      return { line, code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { line, code, stdout, stderr };
    }
  };

  // npx does not pass a signal on to what it started: the whole group gets it.
  const stop = async () => {
    for (const child of started.splice(0)) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const closed = once(child, 'close');
      process.kill(-child.pid, 'SIGTERM');
      await closed;
    }
  };

  return {
    folder,
    env,
    type,
    stop,
    async addSqueezenet(id) {
      const name = id === undefined ? '' : ` --id ${id} --force`;
      const added = await type(`npx pictor models add ${dataPath('models', 'squeezenet1.1.onnx')}${name}`);
      if (added.code !== 0) throw new Error(added.stderr);
    },
    serve: (line) =>
      new Promise((resolve, reject) => {
        const child = spawn('sh', ['-c', `exec ${line} --port 0`], { cwd: folder, env, detached: true });
        started.push(child);
        let said = '';
        const hear = (text: string) => {
          said += text;
          const address = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(said)?.[0];
          // Both servers say how to end them once they answer.
          if (address && said.includes('Ctrl-C')) resolve(address);
        };
        child.stdout.setEncoding('utf8').on('data', hear);
        child.stderr.setEncoding('utf8').on('data', hear);
        child.on('error', reject).on('close', () => reject(new Error(`${line} ended: ${said}`)));
      }),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What the README takes to be there: a folder of class folders, a photograph, a video. */
async function writeReadersFiles(folder: string): Promise<void> {
  for (const name of ['ants', 'bees']) {
    const from = dataPath('hymenoptera', 'train', name);
    mkdirSync(join(folder, 'flowers', name), { recursive: true });
    for (const picture of readdirSync(from).sort().slice(0, PICTURES_A_CLASS))
      cpSync(join(from, picture), join(folder, 'flowers', name, picture));
  }
  cpSync(join(root, 'examples/photos/cat.jpg'), join(folder, 'photo.jpg'));
  const clip = ['-t', '1', '-i', dataPath('video', 'traffic-mini.mp4'), '-c', 'copy'];
  await ffmpeg(...clip, join(folder, 'traffic.mp4'));
}
