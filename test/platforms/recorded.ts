/**
 * Events in the shapes that the vendors document, with one and the same request in them.
 */

const BODY = '{"picture":"aGk="}';
const BASE64 = Buffer.from(BODY).toString('base64');

export const SCF_URL = {
  body: BODY,
  headers: {
    host: '1234567890-abcdefghij.ap-guangzhou.tencentscf.com',
    'content-type': 'application/json',
    'content-length': '18',
    'user-agent': 'python-urllib3/2',
    'x-scf-remote-addr': '203.0.113.7',
  },
  httpMethod: 'POST',
  path: '/image',
  queryString: { top: '3' },
};

export const SCF_API_GATEWAY = {
  requestContext: {
    serviceId: 'service-f94sy04v',
    path: '/image',
    httpMethod: 'POST',
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    identity: { secretId: 'abdcdxxxxxxxsdfs' },
    sourceIp: '14.17.22.34',
    stage: 'release',
  },
  headers: {
    'Accept-Language': 'en-US,en,cn',
    'Content-Type': 'application/json',
    Host: 'service-3ei3tii4-251000691.ap-guangzhou.apigateway.myqcloud.com',
    'User-Agent': 'User Agent String',
  },
  body: BASE64,
  pathParameters: {},
  queryStringParameters: {},
  headerParameters: {},
  stageVariables: { stage: 'release' },
  path: '/image',
  queryString: { top: '3', lang: ['zh', 'en'] },
  httpMethod: 'POST',
  isBase64Encoded: true,
};

export const LAMBDA_REST = {
  resource: '/{proxy+}',
  path: '/image',
  httpMethod: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Host: 'id.execute-api.us-east-1.amazonaws.com',
    'X-Forwarded-Proto': 'https',
  },
  multiValueHeaders: {
    'Content-Type': ['application/json'],
    Host: ['id.execute-api.us-east-1.amazonaws.com'],
    'X-Forwarded-Proto': ['https'],
  },
  queryStringParameters: { top: '3', lang: 'en' },
  multiValueQueryStringParameters: { top: ['3'], lang: ['zh', 'en'] },
  pathParameters: { proxy: 'image' },
  stageVariables: null,
  requestContext: {
    resourcePath: '/{proxy+}',
    httpMethod: 'POST',
    path: '/prod/image',
    protocol: 'HTTP/1.1',
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    stage: 'prod',
    identity: { sourceIp: '203.0.113.7' },
    apiId: 'id',
  },
  body: BODY,
  isBase64Encoded: false,
} as const;

export const LAMBDA_HTTP = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/dev/image',
  rawQueryString: 'top=3&lang=zh&lang=en&name=a%20b',
  cookies: ['session=1', 'theme=dark'],
  headers: {
    'content-type': 'application/json',
    host: 'id.execute-api.us-east-1.amazonaws.com',
    'x-forwarded-proto': 'https',
  },
  queryStringParameters: { top: '3', lang: 'zh,en', name: 'a b' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'id',
    domainName: 'id.execute-api.us-east-1.amazonaws.com',
    domainPrefix: 'id',
    http: {
      method: 'POST',
      path: '/dev/image',
      protocol: 'HTTP/1.1',
      sourceIp: '203.0.113.7',
      userAgent: 'agent',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: '$default',
    stage: 'dev',
    time: '10/Mar/2026:05:16:23 +0000',
    timeEpoch: 1583817383220,
  },
  body: BASE64,
  isBase64Encoded: true,
} as const;

export const LAMBDA_ALB = {
  requestContext: {
    elb: {
      targetGroupArn:
        'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a',
    },
  },
  httpMethod: 'POST',
  path: '/image',
  queryStringParameters: { top: '3', name: 'a%20b' },
  headers: {
    'content-type': 'application/json',
    host: 'lambda-alb-123578498.us-east-1.elb.amazonaws.com',
    'x-forwarded-proto': 'http',
  },
  body: BODY,
  isBase64Encoded: false,
} as const;

export const FC = {
  version: 'v1',
  rawPath: '/image',
  body: BASE64,
  isBase64Encoded: true,
  headers: {
    Host: 'pictor-abc.cn-hangzhou.fcapp.run',
    'Content-Type': 'application/json',
    'X-Forwarded-Proto': 'https',
  },
  queryParameters: { top: '3' },
  requestContext: {
    accountId: '123456789',
    domainName: 'pictor-abc.cn-hangzhou.fcapp.run',
    domainPrefix: 'pictor-abc',
    requestId: '1-6502a0c2-15e1e2b2a4f7',
    time: '2026-01-01T00:00:00Z',
    timeEpoch: '1767225600000',
    http: {
      method: 'POST',
      path: '/image',
      protocol: 'HTTP/1.1',
      sourceIp: '203.0.113.7',
      userAgent: 'agent',
    },
  },
};

export const FUNCTIONGRAPH = {
  body: BASE64,
  requestContext: {
    apiId: 'bc1dcffd-aa35-474d-897c-d53425a4c08e',
    requestId: '11cdcdcf33949dc6d722640a13091c77',
    stage: 'RELEASE',
  },
  queryStringParameters: { top: '3', lang: ['zh', 'en'] },
  httpMethod: 'POST',
  pathParameters: { '': 'image' },
  headers: {
    host: 'eb1f.apigw.cn-north-4.huaweicloud.com',
    'content-type': 'application/json',
    'x-forwarded-proto': 'https',
  },
  path: '/image',
  isBase64Encoded: true,
};
