import type { DeploySettings, Tool } from './platform.ts';

/**
 * Serverless Devs, which deploys to several clouds from one `s.yaml`.
 *
 * @see https://docs.serverless-devs.com
 */
export const SERVERLESS_DEVS: Omit<Tool, 'files'> = {
  credentials: [
    {
      title: 'Serverless Devs',
      places: [
        { kind: 'suffix', suffix: '_serverless_devs_key' },
        { kind: 'file', path: '.s/access.yaml' },
      ],
      fix: 'Run `s config add` with the alias `default`',
    },
  ],
  takes: 'folder',
  secretsFromShell: true,
  commands: () => [
    {
      program: {
        names: ['s'],
        title: 'Serverless Devs',
        install: 'Install it with `npm install -g @serverless-devs/s`',
      },
      args: ['deploy', '-y'],
    },
  ],
};

/** @param reference how this edition of the format names a variable of the shell */
export function variables({ environment, secrets }: DeploySettings, reference: (name: string) => string) {
  return { ...environment, ...Object.fromEntries(secrets.map((name) => [name, reference(name)])) };
}
