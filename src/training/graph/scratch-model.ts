import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { InputSpec } from '../../image/input-spec.ts';
import { type Manifest, manifestSchema } from '../../models/manifest/manifest.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import type { OnnxModel } from '../../models/onnx/types.ts';
import type { LocalModel } from '../../models/types.ts';

/** A graph that only this process needs, as a model that the engine can open. */
export interface ScratchModel extends AsyncDisposable {
  readonly model: LocalModel;
  readonly bytes: Uint8Array;
}

/** An input recipe for graphs that are fed tensors and never a picture. */
const NO_PICTURE = {
  layout: 'NCHW',
  width: 1,
  height: 1,
  resize: { rule: 'squash' },
} as const;

/**
 * Writes a graph into a folder of its own, which goes when the model is disposed of.
 *
 * @param input how pictures are fed; absent for graphs that are fed tensors by name
 * @throws FILE_WRITE_FAILED when there is no room
 */
export async function scratchModel(graph: OnnxModel, id: string, input?: InputSpec): Promise<ScratchModel> {
  const bytes = encodeModel(graph);
  const first = graph.graph.inputs[0]?.name ?? '';
  const manifest: Manifest = manifestSchema.parse({
    id,
    task: 'embed',
    files: [
      {
        path: 'model.onnx',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.byteLength,
      },
    ],
    input: input ?? { ...NO_PICTURE, name: first },
    output: { decoder: 'embedding' },
    licence: 'none',
    source: 'made while training',
  });
  const folder = await mkdtemp(join(tmpdir(), 'pictor-train-')).catch((cause: unknown) =>
    failed(tmpdir(), cause),
  );
  const path = join(folder, 'model.onnx');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    await remove();
    failed(path, cause);
  }
  return { bytes, model: { manifest, path, origin: 'path' }, [Symbol.asyncDispose]: remove };
}

function failed(path: string, cause: unknown): never {
  throw new PictorError('FILE_WRITE_FAILED', {
    received: `${path} (${cause instanceof Error ? cause.message : String(cause)})`,
    fix: 'Free disk space, or point TMPDIR at another disk',
    cause,
  });
}
