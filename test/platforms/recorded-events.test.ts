import { describe, expect, it } from 'vitest';
import * as fc from '../../src/platforms/fc/runtime/index.ts';
import * as functiongraph from '../../src/platforms/functiongraph/runtime/index.ts';
import * as lambda from '../../src/platforms/lambda/runtime/index.ts';
import * as scf from '../../src/platforms/scf/runtime/index.ts';
import { gatewayFor } from './gateways.ts';
import * as recorded from './recorded.ts';
import { gatewayRequest } from './ways.ts';

async function seen(request: Request) {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    address: pathname + search,
    host: new URL(request.url).host,
    type: request.headers.get('content-type'),
    body: await request.text(),
  };
}

describe('events as the vendors show them', () => {
  it('scf, function URL', async () => {
    expect(await seen(scf.toRequest(recorded.SCF_URL))).toEqual({
      method: 'POST',
      address: '/image?top=3',
      host: '1234567890-abcdefghij.ap-guangzhou.tencentscf.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('scf, API gateway', async () => {
    expect(await seen(scf.toRequest(recorded.SCF_API_GATEWAY))).toEqual({
      method: 'POST',
      address: '/image?top=3&lang=zh&lang=en',
      host: 'service-3ei3tii4-251000691.ap-guangzhou.apigateway.myqcloud.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('lambda, REST API', async () => {
    expect(await seen(lambda.toRequest(recorded.LAMBDA_REST))).toEqual({
      method: 'POST',
      address: '/image?top=3&lang=zh&lang=en',
      host: 'id.execute-api.us-east-1.amazonaws.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('lambda, HTTP API: the stage is not part of the path, cookies are a header', async () => {
    const request = lambda.toRequest(recorded.LAMBDA_HTTP);
    expect(request.headers.get('cookie')).toBe('session=1; theme=dark');
    expect(await seen(request)).toEqual({
      method: 'POST',
      address: '/image?top=3&lang=zh&lang=en&name=a%20b',
      host: 'id.execute-api.us-east-1.amazonaws.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('lambda, load balancer: the query comes encoded', async () => {
    expect(await seen(lambda.toRequest(recorded.LAMBDA_ALB))).toEqual({
      method: 'POST',
      address: '/image?top=3&name=a%20b',
      host: 'lambda-alb-123578498.us-east-1.elb.amazonaws.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('fc: JSON in a Buffer', async () => {
    expect(await seen(fc.toRequest(Buffer.from(JSON.stringify(recorded.FC))))).toEqual({
      method: 'POST',
      address: '/image?top=3',
      host: 'pictor-abc.cn-hangzhou.fcapp.run',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });

  it('functiongraph: an array of values stays one', async () => {
    expect(await seen(functiongraph.toRequest(recorded.FUNCTIONGRAPH))).toEqual({
      method: 'POST',
      address: '/image?top=3&lang=zh&lang=en',
      host: 'eb1f.apigw.cn-north-4.huaweicloud.com',
      type: 'application/json',
      body: '{"picture":"aGk="}',
    });
  });
});

describe("the emulator's events have the fields of the recorded ones", () => {
  const ask = {
    url: '/image?top=3',
    headers: { 'Content-Type': 'application/json', Cookie: 'session=1; theme=dark' },
    body: Buffer.from('{"picture":"aGk="}'),
  };
  it.each([
    ['scf url', gatewayFor('scf', 'url'), recorded.SCF_URL],
    ['scf apigw', gatewayFor('scf', 'apigw'), recorded.SCF_API_GATEWAY],
    ['lambda rest', gatewayFor('lambda', 'rest'), recorded.LAMBDA_REST],
    ['lambda http', gatewayFor('lambda', 'http'), recorded.LAMBDA_HTTP],
    ['lambda alb', gatewayFor('lambda', 'alb'), recorded.LAMBDA_ALB],
    ['fc', gatewayFor('fc', 'http'), recorded.FC],
    ['functiongraph', gatewayFor('functiongraph', 'apig'), recorded.FUNCTIONGRAPH],
  ])('%s', (_, gateway, event) => {
    const made = gateway.toEvent(gatewayRequest(ask)) as Record<string, unknown>;
    expect(Object.keys(made).sort()).toEqual(Object.keys(event).sort());
    for (const [name, value] of Object.entries(event)) {
      if (value !== null && made[name] !== null) expect(typeof made[name], name).toBe(typeof value);
    }
  });
});
