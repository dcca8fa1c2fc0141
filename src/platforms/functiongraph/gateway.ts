import type { Gateway } from '../shared/gateway.ts';
import {
  commonResponse,
  decodedPath,
  flaggedBody,
  isRecord,
  joinedHeaders,
  listed,
  queryPairs,
} from '../shared/gateway-parts.ts';

/** Huawei's APIG trigger: bodies are base64 by default, results without the four fields are a failure. */
export const functionGraphGateway: Gateway = {
  toEvent: (request) => ({
    ...flaggedBody(request.body, true),
    requestContext: { apiId: 'emulated', requestId: request.id, stage: 'RELEASE' },
    queryStringParameters: Object.fromEntries(
      Object.entries(listed(queryPairs(request))).map(([name, values]) => [
        name,
        values.length === 1 ? values[0] : values,
      ]),
    ),
    httpMethod: request.method,
    pathParameters: { '': decodedPath(request).slice(1) },
    headers: joinedHeaders(request),
    path: decodedPath(request),
  }),
  toResponse: (result) =>
    isRecord(result) && isRecord(result.headers) && typeof result.isBase64Encoded === 'boolean'
      ? commonResponse(result)
      : undefined,
};
