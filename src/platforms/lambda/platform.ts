/**
 * AWS Lambda.
 *
 * @module
 */
import type { Platform } from '../shared/platform.ts';
import type { Refusal, RefusalKind } from '../shared/refusal.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { lambdaAlbGateway } from './gateways/alb.ts';
import { lambdaHttpGateway } from './gateways/http.ts';
import { lambdaRestGateway } from './gateways/rest.ts';
import { sam, serverless } from './tools.ts';

const FAILED: Refusal = { status: 502, body: 'Internal Server Error' };

const REFUSALS: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"message":"Request Too Long"}' },
  busy: { status: 429, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' },
  'timed-out': FAILED,
  'out-of-memory': FAILED,
  failed: FAILED,
};

export const lambda: Platform = {
  id: 'lambda',
  title: 'AWS Lambda',
  handler: 'index.handler',
  runtimes: [
    { name: 'nodejs20.x', node: 20, glibc: '2.34' },
    { name: 'nodejs22.x', node: 22, glibc: '2.34' },
    { name: 'nodejs24.x', node: 24, glibc: '2.34' },
  ],
  archs: ['x64', 'arm64'],
  limits: { zipBytes: 50 * MB, unzippedBytes: 250 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
  storage: {},
  layerFolder: '/opt',
  whenTooLarge: `Upload it through an S3 bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  defaults: { region: 'us-east-1', node: 22 },
  memory: { says: '128 to 10240', fits: (mib) => mib <= 10_240 },
  triggers: ['url', 'http', 'rest'],
  tools: { serverless, sam },
  calls: {
    kind: 'event',
    gateways: {
      url: lambdaHttpGateway(),
      http: lambdaHttpGateway('dev'),
      rest: lambdaRestGateway,
      alb: lambdaAlbGateway(),
      'alb-multi': lambdaAlbGateway(true),
    },
  },
  entry: { code: 'export const handler = createHandler(app, app);' },
  refuse: (kind) => REFUSALS[kind],
};
