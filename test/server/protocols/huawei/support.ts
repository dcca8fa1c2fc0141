import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import type { SdkResponse } from '@huaweicloud/huaweicloud-sdk-core/SdkResponse.js';
import { ImageClient, ImageTaggingReq, RunImageTaggingRequest } from '@huaweicloud/huaweicloud-sdk-image';
import { KEY } from '../support.ts';

// The client prints every failed request whole, and failed requests are what these tests are about.
Logger4jInstance.level = 'off';

interface ClientSettings {
  readonly ak?: string;
  readonly sk?: string;
  readonly projectId?: string;
}

function configured<Client>(
  builder: ClientBuilder<Client>,
  host: string,
  { ak = KEY.id, sk = KEY.secret, projectId = 'project1' }: ClientSettings,
): Client {
  const credentials = new BasicCredentials().withAk(ak).withSk(sk).withProjectId(projectId);
  return builder.withCredential(credentials).withEndpoint(`http://${host}`).build();
}

/** The vendor's client for image recognition. */
export function imageClient(host: string, settings: ClientSettings = {}): ImageClient {
  return configured(ImageClient.newBuilder(), host, settings);
}

/** The request of any tagging operation. */
export function tagging(fields: object): RunImageTaggingRequest {
  return new RunImageTaggingRequest().withBody(Object.assign(new ImageTaggingReq(), fields));
}

export interface ModerationResult {
  readonly request_id: string;
  readonly result: { readonly suggestion: string; readonly category?: string; readonly details: unknown[] };
}

/** Image moderation has no client on npm; the core of all the vendor's clients makes one. */
export async function moderate(
  host: string,
  data: Record<string, unknown>,
  settings: ClientSettings = {},
): Promise<SdkResponse & ModerationResult> {
  const client = configured<HcClient>(new ClientBuilder((core) => core), host, settings);
  return client.sendRequest({
    method: 'POST',
    url: '/v3/{project_id}/moderation/image',
    contentType: 'application/json',
    queryParams: {},
    pathParams: {},
    headers: {},
    data,
  });
}
