/**
 * Tencent SCF.
 *
 * @module
 */
import type { Platform, Tool } from '../shared/platform.ts';
import type { Refusal, RefusalKind } from '../shared/refusal.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { tencentFiles } from './files.ts';
import { scfApiGateway } from './gateways/apigw.ts';
import { scfUrlGateway } from './gateways/url.ts';

const serverlessCloudFramework: Tool = {
  credentials: [
    {
      title: 'Tencent Cloud',
      places: [
        { kind: 'variables', names: ['TENCENT_SECRET_ID', 'TENCENT_SECRET_KEY'] },
        { kind: 'beside', path: '.env' },
      ],
      fix: 'Make a key at console.cloud.tencent.com/cam/capi and set the two variables',
    },
  ],
  takes: 'folder',
  viaStorage: true,
  secretsFromShell: true,
  files: tencentFiles,
  commands: () => [
    {
      program: {
        names: ['scf'],
        title: 'Serverless Cloud Framework',
        install: 'Install it with `npm install -g serverless-cloud-framework`',
      },
      args: ['deploy'],
    },
  ],
};

const REFUSALS: Readonly<Record<RefusalKind, Refusal>> = {
  'too-large': { status: 413, body: '{"errorCode":-1,"errorMessage":"Request entity too large"}' },
  busy: { status: 432, body: '{"errorCode":432,"errorMessage":"Concurrency limit exceeded"}' },
  'timed-out': { status: 433, body: '{"errorCode":433,"errorMessage":"Invoking task timed out"}' },
  'out-of-memory': { status: 434, body: '{"errorCode":434,"errorMessage":"Memory limit exceeded"}' },
  failed: { status: 430, body: '{"errorCode":430,"errorMessage":"User code exception"}' },
};

export const scf: Platform = {
  id: 'scf',
  title: 'Tencent SCF',
  handler: 'index.main_handler',
  runtimes: [
    { name: 'Nodejs16.13', node: 16, glibc: '2.17' },
    { name: 'Nodejs18.15', node: 18, glibc: '2.28' },
    { name: 'Nodejs20.19', node: 20, glibc: '2.28' },
  ],
  archs: ['x64'],
  limits: { zipBytes: 50 * MB, unzippedBytes: 500 * MB, payloadBytes: 6 * MIB, timeoutSeconds: 900 },
  storage: {},
  layerFolder: '/opt',
  whenTooLarge: `Upload it through a COS bucket (--via-storage), put the model into a layer (--model-layer), or ${BY_URL}`,
  defaults: { region: 'ap-guangzhou', node: 20 },
  memory: { says: '128 to 3072 in steps of 128', fits: (mib) => mib % 128 === 0 && mib <= 3072 },
  triggers: ['url', 'apigw'],
  tools: { scf: serverlessCloudFramework },
  calls: { kind: 'event', gateways: { url: scfUrlGateway, apigw: scfApiGateway } },
  entry: { code: 'export const main_handler = createHandler(app, app);' },
  web: {
    port: 9000,
    bootstrap: ({ node }) => ({
      name: 'scf_bootstrap',
      text: `#!/bin/bash\nexec /var/lang/node${node}/bin/node server.js\n`,
    }),
  },
  refuse(kind, trigger) {
    const refusal = REFUSALS[kind];
    // The API gateway answers with status 200 what failed behind it.
    const hidden = trigger === 'apigw' && kind !== 'too-large' && kind !== 'busy';
    return hidden ? { ...refusal, status: 200 } : refusal;
  },
};
