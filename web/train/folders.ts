import { fromFiles } from '../recognise/intake.ts';
import { addGroup, addSamples } from './project.ts';

/** Takes a folder whose subfolders are classes. */
export function addFolders(input: HTMLInputElement): void {
  const byClass = new Map<string, { name: string; blob: Blob }[]>();
  for (const { name, source } of fromFiles(input.files ?? [], true)) {
    const parts = name.split('/');
    const label = parts.at(-2);
    if (label === undefined || source.kind === 'url') continue;
    const list = byClass.get(label) ?? [];
    byClass.set(label, list);
    list.push({ name: parts.at(-1) ?? name, blob: source.blob });
  }
  input.value = '';
  for (const [label, files] of byClass) addSamples(addGroup(label).id, files);
}
