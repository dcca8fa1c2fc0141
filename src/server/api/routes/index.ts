import type { Route } from '../route.ts';
import { classifyRoute } from './classify.ts';
import { detectRoute } from './detect.ts';
import { embedRoute } from './embed.ts';
import { healthRoute, readyRoute } from './health.ts';
import { imageRoute } from './image.ts';
import { JOB_ROUTES } from './jobs.ts';
import { metricsRoute } from './metrics.ts';
import { modelsRoute, reloadRoute } from './models.ts';
import { moderateRoute } from './moderate.ts';
import { statusRoute } from './status.ts';
import { STREAM_ROUTES } from './streams.ts';
import { tagRoute } from './tag.ts';
import { trainRoute } from './train.ts';
import { videoRoute } from './video.ts';

/** Every documented native route, in the order of the documentation. */
export const ROUTES: readonly Route[] = [
  imageRoute,
  classifyRoute,
  detectRoute,
  tagRoute,
  moderateRoute,
  embedRoute,
  trainRoute,
  videoRoute,
  ...JOB_ROUTES,
  ...STREAM_ROUTES,
  modelsRoute,
  reloadRoute,
  healthRoute,
  readyRoute,
  metricsRoute,
  statusRoute,
];
