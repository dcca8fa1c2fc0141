import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { s3Credentials } from '../../src/batch/place/s3-credentials.ts';
import { temporaryFolder } from './support.ts';

const NONE = { AWS_SHARED_CREDENTIALS_FILE: '/none', AWS_CONFIG_FILE: '/none', AWS_REGION: 'eu-central-1' };
const PERMITTED = { ...NONE, PICTOR_S3_INSTANCE_CREDENTIALS: '1' };
const ROLE = {
  AccessKeyId: 'role-id',
  SecretAccessKey: 'role-secret',
  Token: 'role-token',
  Expiration: '2030-01-01T00:00:00Z',
};
const FOUND = {
  accessKeyId: 'role-id',
  secretAccessKey: 'role-secret',
  sessionToken: 'role-token',
  region: 'eu-central-1',
  expiresMs: Date.parse('2030-01-01T00:00:00Z'),
};

/** A server on loopback in the place of metadata. */
async function metadata(answer: (request: IncomingMessage) => string | number) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const given = answer(request);
    if (typeof given === 'number') response.writeHead(given).end();
    else response.end(given);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Version 2 of Amazon's instance metadata: nothing without a token. */
function instance({ method, url, headers }: IncomingMessage): string | number {
  if (method === 'PUT' && url === '/latest/api/token') {
    return headers['x-aws-ec2-metadata-token-ttl-seconds'] === '21600' ? 'session' : 400;
  }
  if (headers['x-aws-ec2-metadata-token'] !== 'session') return 401;
  if (url === '/latest/meta-data/iam/security-credentials/') return 'worker-role';
  return url === '/latest/meta-data/iam/security-credentials/worker-role' ? JSON.stringify(ROLE) : 404;
}

describe('the role of an instance', () => {
  test('is asked for with a token, where that is permitted', async () => {
    const { url } = await metadata(instance);
    expect(await s3Credentials({ ...PERMITTED, AWS_EC2_METADATA_SERVICE_ENDPOINT: url })).toEqual(FOUND);
  });

  test.each([[NONE], [{ ...PERMITTED, AWS_EC2_METADATA_DISABLED: 'true' }]])(
    'is not asked for where it is not (%j)',
    async (env) => {
      const { url, asked } = await metadata(instance);
      await expect(s3Credentials({ ...env, AWS_EC2_METADATA_SERVICE_ENDPOINT: url })).rejects.toThrow(
        /credentials for S3.*AWS_ACCESS_KEY_ID.*PICTOR_S3_INSTANCE_CREDENTIALS=1/,
      );
      expect(asked).toEqual([]);
    },
  );

  test('comes after the variables', async () => {
    const { url, asked } = await metadata(instance);
    const env = { ...PERMITTED, AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
    const keys = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(await s3Credentials({ ...env, ...keys })).toMatchObject({ accessKeyId: 'mine' });
    expect(asked).toEqual([]);
  });

  test.each([
    ['no role', () => 404],
    ['an answer that is none', (request: IncomingMessage) => (request.method === 'PUT' ? 'token' : '[]')],
    ['more than an answer', () => 'x'.repeat(100_000)],
  ])('that cannot be had (%s) is one sentence', async (_, answer) => {
    const { url } = await metadata(answer);
    await expect(
      s3Credentials({ ...PERMITTED, AWS_EC2_METADATA_SERVICE_ENDPOINT: url }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/instance metadata/) });
  });

  test.each(['http://10.0.0.1', 'http://metadata.example', 'file:///etc', 'http://203.0.113.1'])(
    'is asked for nowhere else: %s',
    async (endpoint) => {
      await expect(
        s3Credentials({ ...PERMITTED, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint }),
      ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );
});

test('the role of a container is asked for with its token', async () => {
  const file = join(await temporaryFolder(), 'token');
  await writeFile(file, 'pod-token\n');
  const { url } = await metadata(({ headers }) =>
    headers.authorization === 'pod-token' ? JSON.stringify(ROLE) : 403,
  );
  const env = {
    ...PERMITTED,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  };
  expect(await s3Credentials(env)).toEqual(FOUND);
});

test('shared files give keys and region of a profile', async () => {
  const folder = await temporaryFolder();
  const env = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_PROFILE: 'shop',
  };
  await writeFile(
    env.AWS_SHARED_CREDENTIALS_FILE,
    '# mine\n[default]\naws_access_key_id = other\n\n[shop]\naws_access_key_id=id\naws_secret_access_key = se=cret\n',
  );
  await writeFile(env.AWS_CONFIG_FILE, '[profile shop]\r\nregion = eu-west-1\r\n');
  expect(await s3Credentials(env)).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'se=cret',
    region: 'eu-west-1',
  });
});
