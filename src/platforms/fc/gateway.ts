import type { Gateway } from '../shared/gateway.ts';
import {
  canonicalName,
  commonResponse,
  contentType,
  decodedPath,
  flaggedBody,
  isRecord,
  isTextual,
  joinedHeaders,
  joinedQuery,
  jsonResponse,
} from '../shared/gateway-parts.ts';

/** Alibaba's HTTP trigger. The runtime hands the event over as a Buffer. */
export const fcGateway: Gateway = {
  toEvent(request) {
    const headers = joinedHeaders(request);
    return {
      version: 'v1',
      rawPath: request.path,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [canonicalName(name), value]),
      ),
      queryParameters: joinedQuery(request),
      ...flaggedBody(request.body, request.body.length > 0 && !isTextual(contentType(request))),
      requestContext: {
        accountId: '1234567890',
        domainName: headers.host ?? 'localhost',
        domainPrefix: 'emulated',
        requestId: request.id,
        time: '2026-01-01T00:00:00Z',
        timeEpoch: '1767225600000',
        http: {
          method: request.method,
          path: decodedPath(request),
          protocol: 'HTTP/1.1',
          sourceIp: request.sourceIp,
          userAgent: headers['user-agent'] ?? '',
        },
      },
    };
  },
  toResponse: (result) =>
    isRecord(result) && 'statusCode' in result ? commonResponse(result) : jsonResponse(result),
};
