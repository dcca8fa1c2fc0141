/**
 * Where annotated pictures go, and how they are made.
 *
 * @module
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { annotate } from '../../image/draw/annotate.ts';
import type { DetectionAnswer } from '../../tasks/types.ts';
import type { Language } from '../render/answers.ts';
import type { CliInput } from './inputs.ts';

type Format = 'jpeg' | 'png' | 'webp';

const FORMATS: Readonly<Record<string, Format>> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
};

/** A file to be written. */
export interface Target {
  readonly path: string;
  readonly format: Format;
}

/**
 * Decides on a file for each picture: `output` itself for one picture; in the folder `output` for several, where names
 * stay as they are unless two are the same.
 *
 * @param output what `-o` says
 * @throws OPTION_INVALID when a file is named for several pictures, or its ending is of no format that is written
 */
export async function planTargets(
  output: string,
  inputs: readonly CliInput[],
): Promise<ReadonlyMap<CliInput, Target>> {
  const isFolder = /[\\/]$/.test(output) || (await stat(output).catch(() => undefined))?.isDirectory();
  const format = FORMATS[extname(output).toLowerCase()];
  const [only] = inputs;
  if (!isFolder && inputs.length === 1 && only) {
    if (format) return new Map([[only, { path: output, format }]]);
    throw new PictorError('OPTION_INVALID', {
      expected: '--output to end in .jpg, .png or .webp, or in / for a folder',
      received: output,
    });
  }
  if (!isFolder && format) {
    throw new PictorError('OPTION_INVALID', {
      expected: '--output to be a folder for several pictures',
      received: output,
      fix: 'End its name with /',
    });
  }
  const taken = new Set<string>();
  return new Map(inputs.map((input) => [input, targetIn(output, input.name, taken)]));
}

function targetIn(folder: string, name: string, taken: Set<string>): Target {
  const plain = /^(data:|\()/.test(name) ? 'picture' : (name.split(/[?#]/)[0] ?? name);
  const known = FORMATS[extname(plain).toLowerCase()];
  const ending = known ? extname(plain) : '.jpg';
  const stem = basename(plain, extname(plain)) || 'picture';
  for (let n = 1; ; n++) {
    const file = `${stem}${n === 1 ? '' : `-${n}`}${ending}`;
    if (taken.has(file.toLowerCase())) continue;
    taken.add(file.toLowerCase());
    return { path: join(folder, file), format: known ?? 'jpeg' };
  }
}

/**
 * Draws what was found into the picture and writes the result.
 *
 * @param bytes the encoded picture
 * @throws FEATURE_UNSUPPORTED without sharp, FILE_WRITE_FAILED
 */
export async function writeAnnotated(
  { path, format }: Target,
  bytes: Uint8Array,
  { detections }: DetectionAnswer,
  { lang, signal }: { readonly lang: Language; readonly signal: AbortSignal },
): Promise<void> {
  // Weak finds first, so that strong ones lie on top.
  const annotations = detections.toReversed().map(({ label, zh, index, score, box }) => {
    const share = `${Math.round(score * 100)} %`;
    const name = lang === 'zh' && zh ? zh : label;
    return { box, label: `${name} ${share}`, fallback: `${label} ${share}`, group: index };
  });
  const drawn = await annotate(bytes, annotations, { format, signal });
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, drawn);
  } catch (cause) {
    throw new PictorError('FILE_WRITE_FAILED', { received: path, fix: 'Check folder and rights', cause });
  }
}
