import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { environment, PROGRAM } from '../cli/support.ts';
import { picture } from '../server/support.ts';
import { writeSmallModel } from '../support/small-models.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Runs the program where a process may have that many kilobytes of addresses: WebAssembly alone reserves 8 GB. */
async function withAddresses(kilobytes: number, args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-addresses-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { path } = await writeSmallModel(folder, 'colours');
  await writeFile(join(folder, 'red.jpg'), await picture('red'));
  const full = args.map((one) => one.replace('MODEL', path));
  const command = ['-c', `ulimit -v ${kilobytes}; exec "$@"`, 'pictor', ...PROGRAM, ...full];
  const child = spawn('/bin/bash', command, { cwd: folder, env: environment({ PICTOR_HOME: folder }) });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

test.runIf(process.platform === 'linux')('a good picture is good in 7 GB of addresses', async () => {
  const { code, text } = await withAddresses(7_000_000, ['classify', 'red.jpg', '--model', 'MODEL']);
  expect(text).toContain('red');
  expect(text).not.toContain('IMAGE_CORRUPT');
  expect(code).toBe(0);
});

test.runIf(process.platform === 'linux')('doctor says what this process cannot do there', async () => {
  const { code, text } = await withAddresses(7_000_000, ['doctor']);
  expect(text).toContain('--disable-wasm-trap-handler');
  expect(code).not.toBe(0);
});
