import type { DeploymentFile } from './platform.ts';

const NOTE = '# Written by `pictor deploy`. Change pictor.config, not this file.\n';

/**
 * A YAML file, with a line that says where it comes from.
 *
 * @param documents one, or several that become parts of one file
 */
export async function yamlFile(path: string, ...documents: readonly unknown[]): Promise<DeploymentFile> {
  const { stringify } = await import('yaml');
  const texts = documents.map((document) =>
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' }),
  );
  return { path, text: NOTE + texts.join('---\n') };
}
