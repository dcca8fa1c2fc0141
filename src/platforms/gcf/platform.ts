/**
 * Google Cloud Run functions.
 *
 * @module
 */

import { FOLDER } from '../shared/deployment-folder.ts';
import { GCLOUD, GCLOUD_KEYS, secretManagerName } from '../shared/google-cloud.ts';
import { packageJson } from '../shared/package-json.ts';
import type { DeploySettings, Platform } from '../shared/platform.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { ENVIRONMENT_FILE, googleFiles } from './files.ts';

export const gcf: Platform = {
  id: 'gcf',
  title: 'Google Cloud Run functions',
  handler: 'pictor',
  runtimes: [
    { name: 'nodejs20', node: 20, glibc: '2.35' },
    { name: 'nodejs22', node: 22, glibc: '2.35' },
  ],
  archs: ['x64'],
  limits: { zipBytes: 100 * MB, unzippedBytes: 500 * MB, payloadBytes: 32 * MIB, timeoutSeconds: 3600 },
  whenTooLarge: `Deploy the container instead, or ${BY_URL}`,
  defaults: { region: 'us-central1', node: 22 },
  triggers: ['http'],
  tools: {
    gcloud: {
      credentials: [GCLOUD_KEYS],
      takes: 'folder',
      secretsFromShell: false,
      files: googleFiles,
      commands: (settings) => [{ program: GCLOUD, args: deployFunction(settings) }],
    },
  },
  calls: { kind: 'http' },
  entry: {
    code: 'export const pictor = createHandler(app, app);',
    files: { 'package.json': packageJson('index.js') },
  },
};

function deployFunction(settings: DeploySettings): string[] {
  const { name, platform, runtime, region, memory, timeout, secrets, environment } = settings;
  const mounted = secrets.map((secret) => `${secret}=${secretManagerName(secret)}:latest`);
  return [
    'functions',
    'deploy',
    name,
    '--gen2',
    `--runtime=${runtime.name}`,
    `--region=${region}`,
    `--source=${FOLDER}`,
    `--entry-point=${platform.handler}`,
    '--trigger-http',
    '--allow-unauthenticated',
    `--memory=${memory}Mi`,
    `--timeout=${timeout}s`,
    `--min-instances=${settings.minInstances}`,
    `--max-instances=${settings.maxInstances}`,
    ...(Object.keys(environment).length > 0 ? [`--env-vars-file=${ENVIRONMENT_FILE}`] : []),
    ...(mounted.length > 0 ? [`--set-secrets=${mounted.join(',')}`] : []),
    '--quiet',
  ];
}
