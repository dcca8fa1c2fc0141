/**
 * The project as a zip archive with a folder a class: what training takes, and what can be kept.
 *
 * @module
 */
import { Zip, ZipPassThrough } from 'fflate';
import type { Project } from './project.ts';

/** Pictures are stored as they are: they are compressed already. */
export async function archiveOf({ groups, samples }: Pick<Project, 'groups' | 'samples'>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    parts.push(new Uint8Array(part));
  });
  for (const { id, name } of groups) {
    const folder = folderName(name, id);
    let number = 0;
    for (const sample of samples) {
      if (sample.group !== id) continue;
      number += 1;
      const ending = /\.\w{2,5}$/.exec(sample.name)?.[0] ?? '.jpg';
      const entry = new ZipPassThrough(`${folder}/${String(number).padStart(4, '0')}${ending.toLowerCase()}`);
      zip.add(entry);
      entry.push(new Uint8Array(await sample.blob.arrayBuffer()), true);
    }
  }
  zip.end();
  return new Blob(parts, { type: 'application/zip' });
}

/** A class name as a folder: what file systems refuse is left out. */
function folderName(name: string, id: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in it
  return name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, ' ').replace(/^[.\s]+|[.\s]+$/g, '') || `class-${id}`;
}
