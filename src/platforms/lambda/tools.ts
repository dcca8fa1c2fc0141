import type { Tool } from '../shared/platform.ts';
import type { Credentials } from '../shared/tool.ts';
import { samFiles, samParameter, serverlessFiles } from './files.ts';

const AWS_KEYS: Credentials = {
  title: 'AWS',
  places: [
    { kind: 'variables', names: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
    { kind: 'variables', names: ['AWS_PROFILE'] },
    { kind: 'variables', names: ['AWS_WEB_IDENTITY_TOKEN_FILE'] },
    { kind: 'file', path: '.aws/credentials' },
    { kind: 'file', path: '.aws/config' },
  ],
  fix: 'Set the two variables, or run `aws configure`',
};

export const serverless: Tool = {
  credentials: [AWS_KEYS],
  takes: 'archive',
  viaStorage: true,
  secretsFromShell: true,
  files: serverlessFiles,
  commands: () => [
    {
      program: {
        names: ['osls', 'serverless'],
        title: 'osls, or the Serverless Framework 3',
        install: 'Install it with `npm install -g osls`, or choose the tool `sam`',
      },
      args: ['deploy'],
    },
  ],
};

export const sam: Tool = {
  credentials: [AWS_KEYS],
  takes: 'archive',
  viaStorage: true,
  secretsFromShell: true,
  files: samFiles,
  commands: ({ name, region, secrets }) => [
    {
      program: {
        names: ['sam'],
        title: 'AWS SAM CLI',
        install:
          'Install it as docs.aws.amazon.com/serverless-application-model says, or choose the tool `serverless`',
      },
      args: [
        'deploy',
        '--template-file',
        'template.yaml',
        '--stack-name',
        name,
        '--region',
        region,
        '--capabilities',
        'CAPABILITY_IAM',
        '--resolve-s3',
        '--no-confirm-changeset',
        '--no-fail-on-empty-changeset',
        ...(secrets.length > 0
          ? ['--parameter-overrides', ...secrets.map((name) => `${samParameter(name)}=\${${name}}`)]
          : []),
      ],
    },
  ],
};
