import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHECKED_OUT = [
  'package.json',
  'package-lock.json',
  'README.md',
  'README.zh-CN.md',
  'LICENSE',
  'NOTICE',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'dist',
  'docs',
  'examples',
  'models',
  'scripts',
  'web',
];

/** The package as `npm publish` would send it. */
export interface PackedPackage {
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Of the tarball, in bytes. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Why dist/ is not what the sources say; nothing when it is. */
export function staleBuild(): string | undefined {
  const built = statSync(join(ROOT, 'dist/bundle/cli.js'), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return 'there is no dist/';
  const newer = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).find(
    (name) => statSync(join(ROOT, 'src', name)).mtimeMs > built && name.endsWith('.ts'),
  );
  return newer && `src/${newer} is newer than dist/`;
}

/**
 * Packs what was built, in a copy of the checkout, so that the checkout's package.json stays as it is.
 *
 * @param folder for the tarball
 */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const copy = mkdtempSync(join(tmpdir(), 'pictor-checkout-'));
  try {
    for (const name of CHECKED_OUT) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await run(process.execPath, ['scripts/prepack.mjs', '--built'], copy);
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const report: PackReport[] | Record<string, PackReport> = JSON.parse(await run('npm', pack, copy));
    const [only] = Object.values(report);
    if (!only) throw new Error('npm pack reports nothing');
    return { tarball: join(folder, only.filename), size: only.size, files: only.files };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface PackReport extends Omit<PackedPackage, 'tarball'> {
  readonly filename: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
