import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the studio when its sources are newer than what lies in dist/web: tests drive the built one. */
export function setup(): void {
  const newest = Math.max(
    ...readdirSync(`${root}web`, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(`${root}web/${name}`).mtimeMs,
    ),
  );
  const built = statSync(`${root}dist/web/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > newest) return;
  const { status, stderr } = spawnSync(process.execPath, [`${root}scripts/build-web.mjs`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The studio cannot be built: ${stderr}`);
}
