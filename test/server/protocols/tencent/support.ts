import { Agent } from 'node:http';
import { CommonClient } from 'tencentcloud-sdk-nodejs-common';
import { ims } from 'tencentcloud-sdk-nodejs-ims';
import { KEY } from '../support.ts';

interface ClientSettings {
  readonly version?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly signMethod?: 'TC3-HMAC-SHA256' | 'HmacSHA1' | 'HmacSHA256';
  readonly reqMethod?: 'GET' | 'POST';
}

function configuration(host: string, settings: ClientSettings) {
  const { secretId = KEY.id, secretKey = KEY.secret } = settings;
  const { signMethod = 'TC3-HMAC-SHA256', reqMethod = 'POST' } = settings;
  return {
    credential: { secretId, secretKey },
    region: 'ap-guangzhou',
    // An agent of its own: the client would otherwise use a proxy of the environment even for this machine.
    profile: {
      signMethod,
      httpProfile: { endpoint: host, protocol: 'http://', reqMethod, agent: new Agent() },
    },
  };
}

/** The vendor's client for any service. */
export function commonClient(host: string, settings: ClientSettings = {}): CommonClient {
  return new CommonClient(host, settings.version ?? '2019-05-29', configuration(host, settings));
}

/** The vendor's clients for image moderation. */
export function imsClient(host: string, settings: ClientSettings = {}) {
  return new ims.v20201229.Client(configuration(host, settings));
}

export function imsClient2020(host: string, settings: ClientSettings = {}) {
  return new ims.v20200713.Client(configuration(host, settings));
}
