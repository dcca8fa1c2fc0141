/**
 * A container: Knative, Cloud Run, Kubernetes.
 *
 * @module
 */
import { packageJson } from '../shared/package-json.ts';
import type { Platform } from '../shared/platform.ts';
import { MIB } from '../shared/units.ts';
import { cloudRun, knative, kubernetes } from './tools.ts';

export const container: Platform = {
  id: 'container',
  title: 'Container (Knative, Cloud Run, Kubernetes)',
  handler: 'server.js',
  runtimes: [
    { name: 'node:20-slim', node: 20, glibc: '2.36' },
    { name: 'node:22-slim', node: 22, glibc: '2.36' },
    { name: 'node:24-slim', node: 24, glibc: '2.36' },
  ],
  archs: ['x64', 'arm64'],
  limits: { payloadBytes: 32 * MIB, timeoutSeconds: 3600 },
  whenTooLarge: 'Choose a smaller model',
  defaults: { region: 'us-central1', node: 22 },
  required: [
    {
      setting: 'image',
      expected: 'an image with its registry',
      fix: 'Set `deploy.image` or --image, e.g. registry.example.com/team/pictor:1',
    },
  ],
  triggers: ['http'],
  tools: { knative, 'cloud-run': cloudRun, kubernetes },
  calls: { kind: 'server' },
  entry: { code: '', files: { 'package.json': packageJson('server.js') } },
};
