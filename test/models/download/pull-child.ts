/** A process of its own that pulls one model: `pull-child.ts <store folder> <catalogue.json>`. */
import { readFileSync } from 'node:fs';
import { manifestSchema } from '../../../src/models/manifest/manifest.ts';
import { openModelStore } from '../../../src/models/store/store.ts';

const [folder = '', catalogueFile = ''] = process.argv.slice(2);
const entry = manifestSchema.parse(JSON.parse(readFileSync(catalogueFile, 'utf8')));
const store = openModelStore({ env: {}, folder, embedded: `${folder}-none`, catalogue: [entry] });
let waited = false;
process.stdout.write('begin\n');
const { path } = await store.pull(entry.id, {
  onWaiting: () => {
    waited = true;
  },
  onProgress: ({ receivedBytes }) => process.stdout.write(`at ${receivedBytes}\n`),
});
process.stdout.write(`${JSON.stringify({ path, waited })}\n`);
