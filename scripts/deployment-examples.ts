/**
 * Writes examples/deploy: the files of every platform and tool, from one configuration file.
 *
 *     npm run examples:deploy
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deploymentFiles } from '../src/deploy/hand-over/deployment-files.ts';
import type { DeployInput } from '../src/deploy/hand-over/schema.ts';
import { loadDeploySettings } from '../src/deploy/hand-over/settings.ts';

/** Folder of the examples. */
export const EXAMPLES = fileURLToPath(new URL('../examples/deploy/', import.meta.url));

/** Folder → what its files are for. */
export const VARIANTS: Readonly<Record<string, { readonly platform: string; readonly flags: DeployInput }>> =
  {
    scf: { platform: 'scf', flags: {} },
    'scf-apigw': { platform: 'scf', flags: { trigger: 'apigw' } },
    'scf-web': { platform: 'scf', flags: { kind: 'web' } },
    lambda: { platform: 'lambda', flags: {} },
    'lambda-http-api': { platform: 'lambda', flags: { trigger: 'http' } },
    'lambda-rest-api': { platform: 'lambda', flags: { trigger: 'rest' } },
    'lambda-sam': { platform: 'lambda', flags: { tool: 'sam' } },
    fc: { platform: 'fc', flags: {} },
    functiongraph: { platform: 'functiongraph', flags: {} },
    gcf: { platform: 'gcf', flags: {} },
    azure: { platform: 'azure', flags: {} },
    knative: { platform: 'container', flags: { tool: 'knative' } },
    'cloud-run': { platform: 'container', flags: { tool: 'cloud-run' } },
    kubernetes: { platform: 'container', flags: { tool: 'kubernetes' } },
  };

/** Every generated file: path below {@link EXAMPLES} → text. */
export async function exampleFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [folder, { platform, flags }] of Object.entries(VARIANTS)) {
    const settings = await loadDeploySettings({
      platform,
      flags,
      file: join(EXAMPLES, 'pictor.config.yaml'),
    });
    for (const { path, text } of await deploymentFiles(settings)) files.set(`${folder}/${path}`, text);
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of await exampleFiles()) {
    await mkdir(dirname(join(EXAMPLES, path)), { recursive: true });
    await writeFile(join(EXAMPLES, path), text);
  }
}
