import { readdir } from 'node:fs/promises';
import { jsonResponse } from '../../../http/text-response.ts';
import { openJobs } from '../../../jobs/open-jobs.ts';
import type { Route } from '../../route.ts';
import { trainingAnswer } from '../../training-schemas.ts';
import { documented, errorResponses, SECURITY } from '../recognition/recognition.ts';

/** Permitted folders that are listed, at most. */
const MOST_FOLDERS = 200;

/** `GET /v1/train` */
export const capabilitiesRoute: Route = {
  method: 'get',
  path: '/v1/train',
  scope: 'train',
  document: {
    summary: 'What can be trained with here: backbones, permitted folders, bounds, models that were trained',
    tags: ['Training'],
    security: SECURITY,
    responses: {
      200: documented('What there is', trainingAnswer),
      ...errorResponses([401, 403, 429, 501]),
    },
  },
  async answer({ runtime }) {
    const jobs = await openJobs(runtime);
    const { openEnvironment } = await import('../../../../training/environment.ts');
    const { chooseBackbone, backbonesOf } = await import('../../../../training/backbone.ts');
    const { store, versions } = openEnvironment({});
    const chosen = await chooseBackbone(store, undefined, undefined);
    const backbones = (await backbonesOf(store)).map(({ id, title, task, licence, files, accuracy }) => ({
      id,
      title: title ?? id,
      task,
      licence,
      bytes: files.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
      ...(accuracy?.top1 !== undefined && { top1: accuracy.top1 }),
      preferred: id === chosen.model.manifest.id,
    }));
    const below = await Promise.all(runtime.trainFolders.map(namesIn));
    return jsonResponse({
      backbones,
      ...(chosen.note !== undefined && { note: chosen.note }),
      folders: [...new Set(below.flat())].sort().slice(0, MOST_FOLDERS),
      models: await versions.ids(),
      uploadBytes: jobs.limits.uploadBytes,
      pack: jobs.knows('pack'),
    });
  },
};

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}
