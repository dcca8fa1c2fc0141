/**
 * Gateways by platform and trigger.
 *
 * @module
 */
import type { PlatformId } from '../../../platforms/registry.ts';
import { fcGateway } from './fc.ts';
import { functionGraphGateway } from './functiongraph.ts';
import { lambdaAlbGateway } from './lambda-alb.ts';
import { lambdaHttpGateway } from './lambda-http.ts';
import { lambdaRestGateway } from './lambda-rest.ts';
import { scfApiGateway } from './scf-apigw.ts';
import { scfUrlGateway } from './scf-url.ts';
import type { Gateway } from './types.ts';

/** Triggers of the platforms whose functions get events; the first one is the default. */
export const TRIGGERS = {
  scf: { url: scfUrlGateway, apigw: scfApiGateway },
  lambda: {
    url: lambdaHttpGateway(),
    http: lambdaHttpGateway('dev'),
    rest: lambdaRestGateway,
    alb: lambdaAlbGateway(),
    'alb-multi': lambdaAlbGateway(true),
  },
  fc: { http: fcGateway },
  functiongraph: { apig: functionGraphGateway },
} as const satisfies Partial<Record<PlatformId, Record<string, Gateway>>>;

export type EventPlatform = keyof typeof TRIGGERS;
