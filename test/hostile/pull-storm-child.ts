/** Pulls one model: `pull-storm-child <store folder> <catalogue.json> <lock times as JSON>`. */
import { readFileSync } from 'node:fs';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import { openModelStore } from '../../src/models/store/store.ts';

const [folder = '', catalogueFile = '', locks = '{}'] = process.argv.slice(2);
const entry = manifestSchema.parse(JSON.parse(readFileSync(catalogueFile, 'utf8')));
const store = openModelStore({
  env: {},
  folder,
  embedded: `${folder}-none`,
  catalogue: [entry],
  locks: JSON.parse(locks),
});
const { path } = await store.pull(entry.id);
process.stdout.write(`${path}\n`);
