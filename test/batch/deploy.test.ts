import { BatchClient, RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { ScaledJob } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledJob';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { deployFiles, TARGETS, type TargetName } from '../../src/batch/deploy/deploy.ts';
import type { DeploySettings } from '../../src/batch/deploy/types.ts';
import { MODEL } from './support.ts';

const SETTINGS: DeploySettings = {
  place: 's3://shop/tags/',
  run: '0123456789abcdef',
  image: 'registry.example.com/pictor-batch:1',
  machines: 100,
  cpu: 2,
  memory: 2048,
  secret: 'pictor',
  region: 'eu-central-1',
};

async function filesOf(target: TargetName, more: Partial<DeploySettings> = {}): Promise<Map<string, string>> {
  const files = await deployFiles(target, { model: MODEL }, { ...SETTINGS, ...more });
  return new Map(files.map(({ path, text }) => [path, text]));
}

const worker = (document: { spec: { template: { spec: { containers: object[] } } } }) =>
  document.spec.template.spec.containers[0];

describe('a Kubernetes Indexed Job', () => {
  test('fits the schema, and each pod has its share', async () => {
    const job = parse((await filesOf('k8s-job')).get('job.yaml') ?? '');
    new Job(job).validate();
    expect(job.spec).toMatchObject({ completions: 100, parallelism: 100, completionMode: 'Indexed' });
    expect(worker(job)).toMatchObject({
      args: ['batch', 'work', 's3://shop/tags/'],
      env: expect.arrayContaining([{ name: 'PICTOR_BATCH_WORKERS', value: '100' }]),
      envFrom: [{ secretRef: { name: 'pictor' } }],
    });
    job.spec.completions = 'many';
    expect(() => new Job(job).validate()).toThrow();
  });
});

describe('KEDA', () => {
  test('fits the schema; the first pod fills the queue that the others are counted by', async () => {
    const text = (await filesOf('keda', { queue: 'redis://:$(QUEUE_PASSWORD)@redis:6380' })).get('keda.yaml');
    const [job, scaled] = parseAllDocuments(text ?? '').map((document) => document.toJS());
    new Job(job).validate();
    new ScaledJob(scaled).validate();
    expect(job.spec).toMatchObject({ completions: 1 });
    expect(scaled.spec).toMatchObject({
      maxReplicaCount: 99,
      triggers: [
        {
          type: 'redis',
          metadata: {
            address: 'redis:6380',
            listName: '{pictor}:pictor-0123456789abcdef:wait',
            passwordFromEnv: 'QUEUE_PASSWORD',
          },
        },
      ],
    });
    scaled.spec.triggers = 'redis';
    expect(() => new ScaledJob(scaled).validate()).toThrow();
  });

  test.each([
    [{}, /--queue redis:\/\/.*k8s-job/],
    [{ queue: 'redis://:secret@redis' }, /QUEUE_PASSWORD/],
    [{ queue: 'redis://redis', machines: 1 }, /2 to 10000 machines/],
  ])('that cannot work (%j) is refused in a sentence', async (more, message) => {
    const failure: unknown = await filesOf('keda', more).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(message) });
    expect(String(failure)).not.toContain('secret@');
  });
});

test('a Cloud Run job has the shape of `gcloud run jobs replace`', async () => {
  const job = parse((await filesOf('cloud-run-job')).get('job.yaml') ?? '');
  expect(job).toMatchObject({ apiVersion: 'run.googleapis.com/v1', kind: 'Job' });
  const task = job.spec.template.spec;
  expect(task).toMatchObject({ taskCount: 100, parallelism: 100 });
  // What is inside a task is a pod: Kubernetes' schema knows it, but for two fields of Google's.
  const { maxRetries, timeoutSeconds, ...pod } = task.template.spec;
  expect([maxRetries, timeoutSeconds]).toEqual([3, 86_400]);
  new Job({
    ...job,
    apiVersion: 'batch/v1',
    spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } },
  }).validate();
  expect(pod.containers[0].env).toContainEqual({
    name: 'AWS_SECRET_ACCESS_KEY',
    valueFrom: { secretKeyRef: { name: 'pictor-aws-secret-access-key', key: 'latest' } },
  });
});

describe('an AWS Batch array', () => {
  /** What Amazon's own client sends: members that its model does not know are left out. */
  async function sent(command: RegisterJobDefinitionCommand | SubmitJobCommand): Promise<unknown> {
    let body = '';
    const requestHandler = {
      async handle(request: { body: Uint8Array }) {
        body = Buffer.from(request.body).toString('utf8');
        throw new Error('not sent');
      },
    };
    const client = new BatchClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
      requestHandler: requestHandler as never,
      maxAttempts: 1,
    });
    await client.send(command as RegisterJobDefinitionCommand).catch(() => {});
    return JSON.parse(body);
  }

  test('is what the API takes, member by member', async () => {
    const files = await filesOf('aws-batch');
    const definition = JSON.parse(files.get('job-definition.json') ?? '');
    expect(await sent(new RegisterJobDefinitionCommand(definition))).toEqual(definition);
    const wrong = { ...definition, containerProperty: {} };
    expect(await sent(new RegisterJobDefinitionCommand(wrong))).not.toEqual(wrong);
    const submission = JSON.parse(files.get('submit-job.json') ?? '');
    expect(await sent(new SubmitJobCommand(submission))).toEqual(submission);
    expect(submission.arrayProperties).toEqual({ size: 100 });
  });
});

test.each(Object.keys(TARGETS) as TargetName[])(
  'the image of %s has what its queue needs',
  async (target) => {
    const text = (await filesOf(target, { queue: 'redis://redis' })).get('Dockerfile') ?? '';
    expect(validateDockerfile(text)).toEqual([]);
    expect(text).toMatch(/npm install pictor@\S+ bullmq ioredis/);
    expect(text).toContain('pictor models pull stub');
  },
);
