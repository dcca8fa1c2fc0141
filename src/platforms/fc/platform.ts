/**
 * Alibaba Function Compute 3.0.
 *
 * @module
 */
import type { Platform } from '../shared/platform.ts';
import { SERVERLESS_DEVS } from '../shared/serverless-devs.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { functionComputeFiles } from './files.ts';
import { fcGateway } from './gateway.ts';

export const fc: Platform = {
  id: 'fc',
  title: 'Alibaba Function Compute',
  handler: 'index.handler',
  runtimes: [
    { name: 'nodejs16', node: 16, glibc: '2.24' },
    { name: 'nodejs18', node: 18, glibc: '2.28' },
    { name: 'nodejs20', node: 20, glibc: '2.28' },
  ],
  archs: ['x64'],
  limits: { zipBytes: 100 * MB, unzippedBytes: 500 * MB, payloadBytes: 32 * MIB, timeoutSeconds: 86_400 },
  storage: { zipBytes: 500 * MB },
  layerFolder: '/opt',
  whenTooLarge: `Upload it through an OSS bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  defaults: { region: 'cn-hangzhou', node: 20 },
  memory: { says: '128 to 32768 in steps of 64', fits: (mib) => mib % 64 === 0 },
  // At most one processor per GiB.
  cpu: (mib) => Math.max(0.05, Math.floor(mib / 1024 / 0.05) * 0.05),
  triggers: ['http'],
  tools: { s: { ...SERVERLESS_DEVS, viaStorage: true, files: functionComputeFiles } },
  calls: { kind: 'event', gateways: { http: fcGateway } },
  entry: { code: 'export const handler = createHandler(app, app);' },
};
