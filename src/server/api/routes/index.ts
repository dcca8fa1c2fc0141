import type { Route } from '../route.ts';
import { healthRoute, readyRoute } from './health.ts';
import { JOB_ROUTES } from './jobs.ts';
import { logRoute } from './log.ts';
import { metricsRoute } from './metrics.ts';
import { modelsRoute, reloadRoute } from './models.ts';
import { classifyRoute } from './recognition/classify.ts';
import { detectRoute } from './recognition/detect.ts';
import { embedRoute } from './recognition/embed.ts';
import { imageRoute } from './recognition/image.ts';
import { moderateRoute } from './recognition/moderate.ts';
import { previewRoute } from './recognition/preview.ts';
import { tagRoute } from './recognition/tag.ts';
import { statusRoute } from './status.ts';
import { STREAM_ROUTES } from './streams.ts';
import { TRAINING_ROUTES } from './training/index.ts';
import { videoRoute } from './video.ts';
import { VIDEO_JOB_ROUTES } from './video-job.ts';

/** Every documented native route, in the order of the documentation. */
export const ROUTES: readonly Route[] = [
  imageRoute,
  classifyRoute,
  detectRoute,
  tagRoute,
  moderateRoute,
  embedRoute,
  previewRoute,
  ...TRAINING_ROUTES,
  videoRoute,
  ...JOB_ROUTES,
  ...VIDEO_JOB_ROUTES,
  ...STREAM_ROUTES,
  modelsRoute,
  reloadRoute,
  healthRoute,
  readyRoute,
  metricsRoute,
  statusRoute,
  logRoute,
];
