/** A process of its own that resolves one model and counts what it reads: `resolve-child.ts <store folder> <reference>`. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isPictorError } from '../../src/errors.ts';

let bytesRead = 0;
const createReadStream = fs.createReadStream;
fs.createReadStream = ((...args: Parameters<typeof createReadStream>) => {
  const stream = createReadStream(...args);
  stream.on('close', () => {
    bytesRead += stream.bytesRead;
  });
  return stream;
}) as typeof createReadStream;
syncBuiltinESMExports();

const { openModelStore } = await import('../../src/models/store/store.ts');
const [folder = '', reference = ''] = process.argv.slice(2);
const store = openModelStore({ env: {}, folder, embedded: `${folder}-none`, catalogue: [] });
const code = await store.resolve(reference).then(
  () => 'ok',
  (error: unknown) => (isPictorError(error) ? error.code : String(error)),
);
setImmediate(() => process.stdout.write(JSON.stringify({ code, bytesRead })));
