import { argsOf, environmentOf, nameOf } from '../container.ts';
import type { DeployFile, DeploySettings, DeployTarget } from '../types.ts';

/**
 * An AWS Batch array. Credentials are those of the job's role, or of the instance.
 *
 * @see https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
 */
export const awsBatch: DeployTarget = {
  title: 'AWS Batch array job',
  machines: { min: 2, max: 10_000 },
  files: async (settings) => [
    json('job-definition.json', definition(settings)),
    json('submit-job.json', submission(settings)),
  ],
  next: (_, folder) => [
    `aws batch register-job-definition --cli-input-json file://${folder}/job-definition.json`,
    `aws batch submit-job --job-queue <your queue> --cli-input-json file://${folder}/submit-job.json`,
  ],
};

function definition(settings: DeploySettings) {
  const { image, cpu, memory } = settings;
  return {
    jobDefinitionName: nameOf(settings),
    type: 'container',
    platformCapabilities: ['EC2'],
    containerProperties: {
      image,
      command: argsOf(settings),
      environment: [
        ...environmentOf(settings),
        // The role's keys come from an address that pictures are never fetched from.
        { name: 'PICTOR_S3_INSTANCE_CREDENTIALS', value: '1' },
      ],
      resourceRequirements: [
        { type: 'VCPU', value: String(cpu) },
        { type: 'MEMORY', value: String(memory) },
      ],
    },
    retryStrategy: {
      attempts: 5,
      // A spot instance that is taken away is tried again; a mistake is not.
      evaluateOnExit: [
        { onStatusReason: 'Host EC2*', action: 'RETRY' },
        { onReason: '*', action: 'EXIT' },
      ],
    },
    timeout: { attemptDurationSeconds: 86_400 },
  };
}

function submission(settings: DeploySettings) {
  const name = nameOf(settings);
  return { jobName: name, jobDefinition: name, arrayProperties: { size: settings.machines } };
}

function json(path: string, value: object): DeployFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
}
