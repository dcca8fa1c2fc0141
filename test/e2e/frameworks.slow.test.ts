/**
 * Frameworks, bundlers, test runners and package managers, each in a fresh project from the packed tarball.
 * `npm run test:frameworks` tries all of them and writes docs/frameworks.md.
 */
import { exec } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packPackage, staleBuild } from '../support/packed-package.ts';
import { CASES, type FrameworkCase } from './frameworks/cases.ts';
import { writePages } from './frameworks/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const all = process.env.PICTOR_FRAMEWORKS === 'all';
const cases = CASES.filter(({ quick }) => all || quick);
const stale = staleBuild();
const foreign = process.platform !== 'linux' || process.arch !== 'x64';
if (stale) console.warn(`SKIPPED: ${stale}; npm run build`);

const folder = mkdtempSync(join(tmpdir(), 'pictor-frameworks-'));
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ENOTCACHED/;
const MINUTES = 60_000;

/** A shell of somebody new. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_(?!config_(registry|cache|userconfig)$)|NODE_OPTIONS|VITEST|ONNXRUNTIME|PICTOR|NODE_ENV)/i.test(
          name,
        ),
    ),
  ),
  PICTOR_HOME: join(folder, 'store'),
  PICTOR_OFFLINE: '1',
};

interface Run {
  readonly ok: boolean;
  readonly output: string;
}

function shell(command: string, cwd: string): Promise<Run> {
  return new Promise((resolve) => {
    exec(
      command,
      { cwd, env: environment, timeout: 5 * MINUTES, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
  });
}

let tarball = '';
let unreachable = false;

function makeProject(name: string): string {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, version: '1.0.0', private: true }));
  copyFileSync(join(root, 'examples/photos/astronaut.jpg'), join(project, 'photo.jpg'));
  return project;
}

async function install(commands: readonly string[], project: string): Promise<void> {
  for (const command of commands) {
    const { ok, output } = await shell(command.replaceAll('$TARBALL', tarball), project);
    if (ok) continue;
    unreachable ||= UNREACHABLE.test(output);
    if (!unreachable) throw new Error(`${command}\n${output}`);
  }
}

const npmInstall = (packages: readonly string[]) =>
  `npm install --prefer-offline --no-audit --no-fund $TARBALL ${packages.join(' ')}`;

const results: { readonly one: FrameworkCase; readonly ok: boolean }[] = [];
let shared = '';

describe.skipIf(stale !== undefined || foreign)('from the tarball', () => {
  beforeAll(async () => {
    ({ tarball } = await packPackage(folder));
    shared = makeProject('shared');
    const packages = [...new Set(cases.filter(({ alone }) => !alone).flatMap((one) => one.packages))];
    await install([npmInstall(packages)], shared);
  }, 10 * MINUTES);

  afterAll(() => {
    if (all && !unreachable) writePages(results);
    rmSync(folder, { recursive: true, force: true });
  }, 5 * MINUTES);

  test.for(cases.map((one): [string, FrameworkCase] => [one.name, one]))(
    '%s',
    { timeout: 10 * MINUTES },
    async ([name, one], { skip }) => {
      skip(unreachable, 'the registry cannot be reached');
      const project = one.alone ? makeProject(name.replace(/\W+/g, '-').toLowerCase()) : shared;
      if (one.alone) await install(one.install ?? [npmInstall(one.packages)], project);
      skip(unreachable, 'the registry cannot be reached');
      for (const [path, text] of Object.entries(one.files)) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), text);
      }
      let last: Run = { ok: false, output: '' };
      for (const command of one.run) {
        last = await shell(command, project);
        if (!last.ok) break;
      }
      results.push({ one, ok: last.ok && one.prints.test(last.output) });
      expect(last.output).toMatch(one.prints);
      expect(last.ok).toBe(true);
      if (one.alone) rmSync(project, { recursive: true, force: true });
    },
  );
});
