import { jsonFile } from '../shared/package-json.ts';
import type { DeploymentFile, DeploySettings } from '../shared/platform.ts';

/**
 * The application settings of a function app, as `az functionapp config appsettings set` reads them. Secrets are set by
 * hand, once: settings that the file does not name stay as they are.
 */
export async function azureFiles({ environment, timeout }: DeploySettings): Promise<DeploymentFile[]> {
  const settings: Record<string, string> = {
    WEBSITE_RUN_FROM_PACKAGE: '1',
    // Overrides `functionTimeout` of host.json, which lies in the archive.
    AzureFunctionsJobHost__functionTimeout: clock(timeout),
    ...environment,
  };
  const list = Object.entries(settings).map(([name, value]) => ({ name, value, slotSetting: false }));
  return [{ path: 'appsettings.json', text: jsonFile(list) }];
}

/** Seconds → `hh:mm:ss` */
function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
