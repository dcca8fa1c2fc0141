import type { Route } from '../../route.ts';
import { capabilitiesRoute } from './capabilities.ts';
import { packRoute } from './pack.ts';
import { jobPictureRoute, jobPicturesRoute } from './pictures.ts';
import { checkRoute, trainRoute } from './train.ts';
import { VERSION_ROUTES } from './versions.ts';

/** Everything about training, in the order of the documentation. */
export const TRAINING_ROUTES: readonly Route[] = [
  capabilitiesRoute,
  trainRoute,
  checkRoute,
  jobPicturesRoute,
  jobPictureRoute,
  ...VERSION_ROUTES,
  packRoute,
];
