/**
 * Seeing an archive work before calling it good: unpacked into an empty folder, started as the platform starts it, asked
 * about a picture.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { LocalModel } from '../../models/types.ts';
import type { GatewayRequest } from '../../platforms/shared/gateway.ts';
import { TASKS } from '../../tasks/registry.ts';
import { startInstance } from '../emulate/instance.ts';
import { writeRunnerFile } from '../emulate/runner-file.ts';
import type { Outcome } from '../emulate/types.ts';
import { unpackArchive } from '../emulate/unpack.ts';
import { PROOF_PICTURE } from './proof-picture.ts';
import type { PackOptions, PackProof, PackTarget } from './types.ts';

export interface ProofInput {
  readonly archive: string;
  readonly model: LocalModel;
  readonly target: PackTarget;
  readonly options: Pick<PackOptions, 'boot'>;
  readonly librariesChecked: number;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Generous: a busy laptop, a big model. */
const TIMEOUT_MS = 120_000;
/** Characters of what the function wrote that an error quotes. */
const OUTPUT_KEPT = 1500;

/**
 * Boots an archive and classifies a picture; where this machine cannot run the target, says what was checked instead.
 *
 * @throws PACK_FAILED when it does not start or does not answer, ABORTED
 */
export async function proveArchive(input: ProofInput): Promise<PackProof> {
  const { target, options, onStep } = input;
  if (options.boot === false) return { kind: 'skipped', reason: 'as asked' };
  const foreign = whyNotHere(target);
  if (foreign !== undefined) {
    return { kind: 'files-checked', reason: foreign, libraries: input.librariesChecked };
  }
  onStep('Boot');
  const folder = await mkdtemp(join(tmpdir(), 'pictor-boot-'));
  try {
    await unpackArchive(input.archive, folder);
    await using runner = await writeRunnerFile(target.platform);
    let output = '';
    await using instance = startInstance(
      {
        platform: target.platform,
        kind: target.kind,
        folder,
        timeoutMs: TIMEOUT_MS,
        // Neither layer nor object storage are here; the pinned hash is checked all the same.
        env: { PICTOR_MODEL_PATH: input.model.path },
        onOutput: (text) => {
          output = (output + text).slice(-OUTPUT_KEPT);
        },
      },
      runner.path,
    );
    return judge(await abortable(instance.call(question(input.model)), input.signal), () => output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A function is asked what its model is for. */
function question({ manifest }: LocalModel): GatewayRequest {
  const body = Buffer.from(JSON.stringify({ picture: PROOF_PICTURE }));
  return {
    id: 'pack',
    method: 'POST',
    path: TASKS[manifest.task].route,
    query: '',
    headers: [
      ['Host', 'localhost'],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
    ],
    body,
    sourceIp: '127.0.0.1',
  };
}

function judge(outcome: Outcome, output: () => string): PackProof {
  if (outcome.kind !== 'answered') {
    const reason = 'reason' in outcome ? outcome.reason : `it ${outcome.kind.replace('-', ' ')}`;
    throw failed(reason);
  }
  const { response, phases } = outcome;
  const text = response.body.toString('utf8');
  if (response.status !== 200) throw failed(`status ${response.status}: ${text.slice(0, 500)} ${output()}`);
  return { kind: 'booted', answer: JSON.parse(text), ...(phases && { phases }) };
}

function failed(received: string): PictorError {
  return new PictorError('PACK_FAILED', {
    expected: 'the archive to start in an empty folder and to answer',
    received,
    fix: 'Nothing was written; please report this with `pictor doctor`',
  });
}

/** Why this machine cannot run the target; nothing when it can. */
function whyNotHere({ arch, backend }: PackTarget): string | undefined {
  if (backend === 'wasm') return undefined;
  if (process.platform !== 'linux') return `made for linux, packed on ${process.platform}`;
  if (process.arch !== arch) return `made for ${arch}, packed on ${process.arch}`;
  return undefined;
}

async function abortable<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
