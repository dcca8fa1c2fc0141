/**
 * Azure Functions, programming model 4.
 *
 * @module
 */

import { ARCHIVE } from '../shared/deployment-folder.ts';
import { jsonFile, packageJson } from '../shared/package-json.ts';
import type { Platform, Tool } from '../shared/platform.ts';
import type { Program } from '../shared/tool.ts';
import { BY_URL, MB, MIB } from '../shared/units.ts';
import { azureFiles } from './files.ts';

const AZ: Program = {
  names: ['az'],
  title: 'Azure CLI',
  install: 'Install it as learn.microsoft.com/cli/azure/install-azure-cli says',
};

const az: Tool = {
  credentials: [
    {
      title: 'Azure',
      places: [
        {
          kind: 'file',
          path: '.azure/azureProfile.json',
          folder: { variable: 'AZURE_CONFIG_DIR', path: 'azureProfile.json' },
        },
      ],
      fix: 'Run `az login`',
    },
  ],
  takes: 'archive',
  secretsFromShell: false,
  files: azureFiles,
  commands: ({ name, resourceGroup = '' }) => {
    const app = ['--resource-group', resourceGroup, '--name', name];
    return [
      {
        program: AZ,
        args: ['functionapp', 'config', 'appsettings', 'set', ...app, '--settings', '@appsettings.json'],
      },
      {
        program: AZ,
        args: ['functionapp', 'deployment', 'source', 'config-zip', ...app, '--src', ARCHIVE],
      },
    ];
  },
};

export const azure: Platform = {
  id: 'azure',
  title: 'Azure Functions',
  handler: 'index.js',
  runtimes: [
    { name: '20', node: 20, glibc: '2.31' },
    { name: '22', node: 22, glibc: '2.31' },
  ],
  archs: ['x64'],
  limits: { unzippedBytes: 1500 * MB, payloadBytes: 100 * MIB, timeoutSeconds: 230 },
  whenTooLarge: `Deploy the container instead, or ${BY_URL}`,
  defaults: { region: 'westeurope', node: 22 },
  required: [
    {
      setting: 'resourceGroup',
      expected: 'the resource group of the function app',
      fix: 'Set `deploy.platforms.azure.resourceGroup`',
    },
  ],
  triggers: ['http'],
  tools: { az },
  calls: { kind: 'http' },
  entry: {
    code: `import { app as functions } from '@azure/functions';
functions.http('pictor', {
  methods: ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  route: '{*path}',
  handler: createHandler(app, app),
});`,
    files: {
      // Without the route prefix `/api`, so that addresses are the same everywhere.
      'host.json': jsonFile({ version: '2.0', extensions: { http: { routePrefix: '' } } }),
      'package.json': packageJson('index.js'),
    },
    provided: ['@azure/functions-core'],
    packages: { '@azure/functions': '4.16.5' },
  },
};
