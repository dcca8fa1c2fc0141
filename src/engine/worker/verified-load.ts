import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PictorError } from '../../errors.ts';

/** A file of a model as its manifest has it. */
export interface VerifiedFile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * Loads a model whose files are the ones that were verified: each is hashed, and none may change until the model is
 * loaded. A worker that replaces another one would otherwise load whatever lies at the path by then.
 *
 * @param files what the model is made of; none where the caller has verified them
 * @param load reads the files
 * @param discard closes what was loaded from files that changed meanwhile
 * @throws MODEL_HASH_MISMATCH, MODEL_FILE_INVALID when a file is not there
 */
export async function loadVerified<Loaded>(
  files: readonly VerifiedFile[],
  load: () => Promise<Loaded>,
  discard: (loaded: Loaded) => Promise<void>,
): Promise<Loaded> {
  const before = await identities(files);
  for (const { path, sha256 } of files) {
    const found = await sha256Of(path);
    if (found !== sha256) throw changed(path, `sha256 ${found}`, sha256);
  }
  const loaded = await load();
  const after = await identities(files).catch(async (error: unknown) => {
    await discard(loaded);
    throw error;
  });
  const replaced = files.find((_, i) => before[i] !== after[i]);
  if (replaced === undefined) return loaded;
  await discard(loaded);
  throw changed(replaced.path, 'a file that was replaced while it was loaded', replaced.sha256);
}

/** What changes when a file is replaced or written to. */
async function identities(files: readonly VerifiedFile[]): Promise<string[]> {
  return Promise.all(
    files.map(async ({ path, sha256 }) => {
      const facts = await stat(path, { bigint: true }).catch((cause: unknown) => {
        throw new PictorError('MODEL_FILE_INVALID', {
          expected: `the verified file ${path} (sha256 ${sha256})`,
          received: 'no file',
          fix: 'Put the file back, or pull or add the model again',
          cause,
        });
      });
      return `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`;
    }),
  );
}

/** Hash of a file's content. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

function changed(path: string, received: string, sha256: string): PictorError {
  return new PictorError('MODEL_HASH_MISMATCH', {
    expected: `the verified file ${path} (sha256 ${sha256})`,
    received,
    fix: 'Put the file back, or let the server load the model that is there now',
  });
}
