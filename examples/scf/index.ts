/**
 * A handler of one's own for Tencent SCF. `pictor pack --platform scf` makes one as well; write it yourself when the
 * function shall do more than answer.
 *
 * MODEL names the model: an id of `pictor models list`, or the path of an .onnx file in the archive.
 */
import { createEngine, openModelStore } from 'pictor';
import { createHandler } from 'pictor/functions/scf';
import { createApp } from 'pictor/server';

// Outside the handler: a warm instance finds the model loaded.
const app = createApp({
  models: [process.env.MODEL ?? 'squeezenet'],
  engine: createEngine({ workers: 1 }),
  store: openModelStore(),
  pull: false,
  waitForModels: true,
});
app.start().catch((error) => console.error(error.message));

export const main_handler = createHandler(app);
