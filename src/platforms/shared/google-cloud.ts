import type { Credentials, Program } from './tool.ts';

export const GCLOUD: Program = {
  names: ['gcloud'],
  title: 'Google Cloud CLI',
  install: 'Install it as cloud.google.com/sdk/docs/install says',
};

export const GCLOUD_KEYS: Credentials = {
  title: 'Google Cloud',
  places: [
    { kind: 'variables', names: ['CLOUDSDK_AUTH_ACCESS_TOKEN'] },
    { kind: 'variables', names: ['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE'] },
    {
      kind: 'file',
      path: '.config/gcloud/credentials.db',
      folder: { variable: 'CLOUDSDK_CONFIG', path: 'credentials.db' },
    },
  ],
  fix: 'Run `gcloud auth login`',
};

/** `PICTOR_KEYS` → `pictor-keys`, as the Secret Manager wants names. */
export function secretManagerName(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}
