/**
 * Packing as a job of `pictor serve`: in a process of its own, as bundling takes the processor for seconds.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ERROR_TABLE, type ErrorCode, PictorError } from '../errors.ts';
import type { JobKind } from '../server/jobs/types.ts';

const packInput = z.object({
  model: z.string(),
  platform: z.string(),
  arch: z.string().optional(),
  backend: z.string().optional(),
  kind: z.string().optional(),
});

/** Characters of the process's last words. */
const LAST_WORDS = 4000;

/**
 * The kind of job behind `POST /v1/models/:id/pack`.
 *
 * @param command what starts this program, e.g. `[process.execPath, process.argv[1]]`
 */
export function packKind(command: readonly string[]): JobKind {
  return {
    name: 'pack',
    describe: (input) => input,
    async run(input, { inputFolder, signal, report, file }) {
      const { model, platform, ...options } = packInput.parse(input);
      const name = `pictor-${platform}-${model}.zip`;
      const archive = join(inputFolder, 'archive.zip');
      const [program = process.execPath, ...words] = command;
      const flags = Object.entries(options).flatMap(([flag, value]) =>
        value === undefined ? [] : [`--${flag}`, value],
      );
      const child = spawn(
        program,
        [...words, 'pack', '--json', '--model', model, '--platform', platform, '--out', archive, ...flags],
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
      );
      const stop = () => child.kill('SIGTERM');
      signal.addEventListener('abort', stop, { once: true });
      let said = '';
      let complaints = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-1_000_000);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaints = (complaints + text).slice(-LAST_WORDS);
        const step = /^· (.+)$/m.exec(text)?.[1];
        if (step) report({ stage: 'pack', message: step });
      });
      try {
        const code = await new Promise<number | null>((resolve, reject) => {
          child.once('error', reject);
          child.once('close', resolve);
        });
        signal.throwIfAborted();
        if (code !== 0) {
          throw failureOf(complaints);
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
      await rename(archive, file(name, 'application/zip'));
      const { sha256, bytes, handler, proof } = z
        .looseObject({
          sha256: z.string(),
          bytes: z.number(),
          handler: z.string().optional(),
          proof: z.looseObject({ kind: z.string() }),
        })
        .parse(JSON.parse(said));
      return { file: name, sha256, bytes, ...(handler !== undefined && { handler }), proof: proof.kind };
    },
  };
}

/** The process's own error, which ends its last line with the code: `✗ Title: what was wrong. What to do. CODE` */
function failureOf(complaints: string): PictorError {
  const last = complaints.trim().split('\n').at(-1) ?? '';
  const [, said = last, code = ''] = /^✗ [^:]*: (.*) ([A-Z][A-Z_]+)$/.exec(last) ?? [];
  const [, expected, received = said] =
    /^expected (.*), received ([^,]*)$/.exec(said.replace(/\.$/, '')) ?? [];
  return new PictorError(isCode(code) ? code : 'PACK_FAILED', {
    ...(expected !== undefined && { expected: expected.slice(0, 500) }),
    received: received.slice(0, 500),
  });
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}
