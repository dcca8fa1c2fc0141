import type { Gateway } from '../../shared/gateway.ts';
import {
  commonResponse,
  decodedPath,
  isRecord,
  lastHeaders,
  listed,
  queryPairs,
} from '../../shared/gateway-parts.ts';

/** Tencent's retired API gateway, with base64 encoding switched on for the API. */
export const scfApiGateway: Gateway = {
  toEvent: (request) => ({
    requestContext: {
      serviceId: 'service-emulated',
      path: request.path,
      httpMethod: request.method,
      requestId: request.id,
      identity: {},
      sourceIp: request.sourceIp,
      stage: 'release',
    },
    headers: lastHeaders(request),
    body: request.body.toString('base64'),
    pathParameters: {},
    queryStringParameters: {},
    headerParameters: {},
    stageVariables: { stage: 'release' },
    path: decodedPath(request),
    queryString: Object.fromEntries(
      Object.entries(listed(queryPairs(request))).map(([name, values]) => [
        name,
        values.length === 1 ? values[0] : values,
      ]),
    ),
    httpMethod: request.method,
    isBase64Encoded: true,
  }),
  toResponse: (result) => (isRecord(result) ? commonResponse(result) : undefined),
};
