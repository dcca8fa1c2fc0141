import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DATA } from '../models.ts';
import type { Subject } from '../subject.ts';

/** Share of photographs whose first answer is their class; the names of the files start with the WordNet id. */
export async function top1Of(subject: Subject, pictures: readonly string[]): Promise<number> {
  const classes = await classIndices();
  const answers = await subject.answers(pictures);
  const right = answers.filter((five, i) => five[0] === classes.get(synsetOf(pictures[i] ?? '')));
  return right.length / pictures.length;
}

async function classIndices(): Promise<ReadonlyMap<string, number>> {
  const table = await readFile(join(DATA, 'imagenet', 'classes.tsv'), 'utf8');
  return new Map(
    table
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([index]) => /^\d+$/.test(index ?? ''))
      .map(([index, synset]) => [synset ?? '', Number(index)]),
  );
}

function synsetOf(path: string): string {
  return basename(path).split('_', 1)[0] ?? '';
}
