/**
 * Huawei FunctionGraph.
 *
 * @module
 */
import type { Platform } from '../shared/platform.ts';
import { SERVERLESS_DEVS } from '../shared/serverless-devs.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { functionGraphFiles } from './files.ts';
import { functionGraphGateway } from './gateway.ts';

export const functiongraph: Platform = {
  id: 'functiongraph',
  title: 'Huawei FunctionGraph',
  handler: 'index.handler',
  runtimes: [
    { name: 'Node.js18.15', node: 18 },
    { name: 'Node.js20.15', node: 20 },
  ],
  archs: ['x64'],
  limits: { zipBytes: 40 * MB, unzippedBytes: 1500 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
  storage: { zipBytes: 300 * MB },
  whenTooLarge: `Upload it through an OBS bucket (--via-storage), or ${BY_URL}`,
  defaults: { region: 'cn-north-4', node: 20 },
  memory: {
    says: '128, or 256 to 4096 in steps of 256 or 512',
    fits: (mib) => mib === 128 || (mib % 256 === 0 && mib <= 4096),
  },
  triggers: ['apig'],
  // Huawei's component does not upload through a bucket.
  tools: { s: { ...SERVERLESS_DEVS, files: functionGraphFiles } },
  calls: { kind: 'event', gateways: { apig: functionGraphGateway } },
  entry: { code: 'export const handler = createHandler(app, app);' },
  web: {
    port: 8000,
    bootstrap: ({ name }) => ({
      name: 'bootstrap',
      text: `#!/bin/bash\nexec /opt/function/runtime/${name.toLowerCase().replace('node.js', 'nodejs')}/rtsp/nodejs/bin/node $RUNTIME_CODE_ROOT/server.js\n`,
    }),
  },
};
