import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { TargetName } from '../../../batch/deploy/deploy.ts';
import { integerOption } from '../../options.ts';
import { number } from './describe.ts';

const TARGET_NAMES: readonly TargetName[] = ['k8s-job', 'keda', 'cloud-run-job', 'aws-batch'];

interface DeployFlags {
  readonly target: TargetName;
  readonly image: string;
  readonly machines: number;
  readonly cpu: number;
  readonly memory: number;
  readonly queue?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly secret?: string;
  readonly dir?: string;
}

/** Adds `pictor batch deploy`. */
export function registerBatchDeploy(batch: Command): void {
  batch
    .command('deploy')
    .description('write the files that run a batch on many machines: Dockerfile and manifest')
    .argument('<place>', 's3://bucket/prefix of the run, or a folder that every machine mounts')
    .addOption(
      new Option('--target <name>', 'what runs the machines').choices(TARGET_NAMES).makeOptionMandatory(),
    )
    .requiredOption('--image <image>', 'registry, name and tag of the image that you will build')
    .option('--machines <n>', 'workers; with keda, at most', integerOption(1, 100_000), 10)
    .option('--cpu <cores>', 'cores for each worker', integerOption(1, 256), 2)
    .option('--memory <MiB>', 'memory for each worker', integerOption(256, 1_048_576), 2048)
    .option('--queue <address>', 'redis://… or postgres://… as the machines reach it; without it, shares')
    .option('--endpoint <url>', 'AWS_ENDPOINT_URL_S3 for the machines')
    .option('--region <region>', 'AWS_REGION for the machines')
    .option(
      '--secret <name>',
      'the Kubernetes Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; Cloud Run: their common prefix',
    )
    .option('--dir <folder>', 'where the files go (default .pictor/batch-<target>)')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor batch deploy s3://shop/tags --target k8s-job --machines 100 --image registry.example.com/pictor-batch:1
  $ pictor batch deploy s3://shop/tags --target keda --queue redis://redis:6379 --image registry.example.com/pictor-batch:1`,
    )
    .action(async (address: string, flags: DeployFlags) => {
      const [{ openPlace }, { readPlan }, { deployFiles, TARGETS }] = await Promise.all([
        import('../../../batch/place/open-place.ts'),
        import('../../../batch/plan/read-plan.ts'),
        import('../../../batch/deploy/deploy.ts'),
      ]);
      const place = await openPlace(address);
      const plan = await readPlan(place);
      const { target, dir = join('.pictor', `batch-${target}`), ...rest } = flags;
      const endpoint = rest.endpoint ?? process.env.AWS_ENDPOINT_URL_S3;
      const region = rest.region ?? process.env.AWS_REGION;
      const settings = {
        ...rest,
        place: place.url,
        run: plan.id,
        ...(endpoint !== undefined && { endpoint }),
        ...(region !== undefined && { region }),
      };
      const files = await deployFiles(target, plan, settings);
      await mkdir(dir, { recursive: true });
      for (const { path, text } of files) await writeFile(join(dir, path), text);
      const next = [
        `docker build -t ${flags.image} ${dir} && docker push ${flags.image}`,
        ...TARGETS[target].next(settings, dir),
        `pictor batch status ${address}`,
      ];
      process.stdout.write(
        `${files.map(({ path }) => join(dir, path)).join('\n')}
${number(plan.count)} pictures, ${number(plan.list.offsets.length)} chunks, ${flags.machines} workers\n
${next.map((line) => `  $ ${line}`).join('\n')}\n`,
      );
    });
}
