import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import { jsonResponse } from '../../../http/text-response.ts';
import { jobView } from '../../../jobs/job-view.ts';
import { openJobs } from '../../../jobs/open-jobs.ts';
import { parseOptions, queryOptions } from '../../options.ts';
import type { Route } from '../../route.ts';
import { jobAnswer } from '../../schemas.ts';
import { modelId, packOptions } from '../../training-schemas.ts';
import { documented, errorResponses, present, SECURITY } from '../recognition/recognition.ts';

/** `POST /v1/models/:id/pack` */
export const packRoute: Route = {
  method: 'post',
  path: '/v1/models/:id/pack',
  scope: 'train',
  document: {
    summary: 'Packs a model as a function for a cloud platform; answers with a job whose file is the archive',
    tags: ['Training'],
    security: SECURITY,
    request: { params: z.object({ id: modelId }), query: packOptions },
    responses: {
      202: documented('The job', jobAnswer),
      ...errorResponses([400, 401, 403, 404, 429, 501, 503]),
    },
  },
  async answer({ runtime, context, url, params: { id = '' } }) {
    const jobs = await openJobs(runtime);
    if (!jobs.knows('pack')) {
      throw new PictorError('FEATURE_UNSUPPORTED', {
        received: 'a request to pack a function on a server that does not',
        fix: 'Use `pictor serve`, or `pictor pack` on a command line',
      });
    }
    const options = packOptions.partial();
    const { platform, ...rest } = present(parseOptions(options, queryOptions(url.searchParams)));
    if (platform === undefined) {
      throw new PictorError('OPTION_INVALID', {
        expected: '`platform`, e.g. scf or lambda',
        received: 'none',
        fix: `POST /v1/models/${id}/pack?platform=scf`,
      });
    }
    const { openModelStore } = await import('../../../../models/store/store.ts');
    const { manifest } = await openModelStore().resolve(modelId.parse(id));
    const job = await jobs.create({
      kind: 'pack',
      owner: context.key?.id,
      prepare: async () => ({ model: manifest.id, platform, ...rest }),
    });
    const view = jobView(job, jobs);
    return jsonResponse(view, { status: 202, headers: { location: view.url } });
  },
};
