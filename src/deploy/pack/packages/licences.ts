import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../../models/manifest/manifest.ts';
import { type FoundPackage, packageFolderOf, readPackage } from './packages.ts';

/**
 * The licences of everything in an archive, as one text.
 *
 * @param inputs absolute paths of the files that were bundled
 * @param packages whose files lie beside the bundle
 * @param manifest of the model
 */
export async function collectLicences(
  inputs: readonly string[],
  packages: readonly FoundPackage[],
  manifest: Manifest,
): Promise<string> {
  const folders = new Set(inputs.map(packageFolderOf).filter((folder) => folder !== undefined));
  const bundled = await Promise.all([...folders].map(readPackage));
  const all = new Map<string, FoundPackage>();
  for (const one of [...packages, ...bundled]) if (one) all.set(`${one.name}@${one.version}`, one);
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = await Promise.all(
    sorted.map(async ([title, one]) => `${title}\nLicence: ${one.licence}\n\n${await licenceText(one)}`),
  );
  const model = `Model ${manifest.id}\nLicence: ${manifest.licence}\nSource: ${manifest.source}\n`;
  return `Third-party software and models in this archive\n\n${[model, ...sections].join(RULE)}`;
}

const RULE = `\n${'-'.repeat(80)}\n\n`;

async function licenceText({ folder, name }: FoundPackage): Promise<string> {
  const names = await readdir(folder);
  const files = names.filter((file) => /^(licen[cs]e|copying|notice|third[-_ ]?party)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  // libvips names the versions of the libraries inside it.
  if (name.includes('sharp-libvips')) {
    texts.push(`Libraries inside: ${await readFile(join(folder, 'versions.json'), 'utf8')}`);
    texts.push('Their licences: https://github.com/lovell/sharp-libvips/blob/main/THIRD-PARTY-NOTICES.md\n');
  }
  return texts.join('\n').replaceAll('\r\n', '\n') || 'The package carries no licence text of its own.\n';
}
