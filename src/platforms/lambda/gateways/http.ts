import type { Gateway } from '../../shared/gateway.ts';
import {
  commonResponse,
  contentType,
  flaggedBody,
  headerPairs,
  isRecord,
  isTextual,
  joinedHeaders,
  joinedQuery,
  jsonResponse,
} from '../../shared/gateway-parts.ts';

/**
 * Payload 2.0.
 *
 * @param stage `$default` for function URLs and HTTP APIs without a stage; any other one leads the path
 */
export function lambdaHttpGateway(stage = '$default'): Gateway {
  return {
    toEvent(request) {
      const { cookie, ...headers } = joinedHeaders(request);
      const path = stage === '$default' ? request.path : `/${stage}${request.path}`;
      return {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: request.query,
        ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
        headers,
        ...(request.query !== '' && { queryStringParameters: joinedQuery(request) }),
        requestContext: {
          accountId: 'anonymous',
          apiId: 'emulated',
          domainName: headers.host ?? 'localhost',
          domainPrefix: 'emulated',
          http: {
            method: request.method,
            path,
            protocol: 'HTTP/1.1',
            sourceIp: request.sourceIp,
            userAgent: headers['user-agent'] ?? '',
          },
          requestId: request.id,
          routeKey: '$default',
          stage,
          time: '01/Jan/2026:00:00:00 +0000',
          timeEpoch: 1_767_225_600_000,
        },
        ...(request.body.length === 0
          ? { isBase64Encoded: false }
          : flaggedBody(request.body, !isTextual(contentType(request)))),
      };
    },
    toResponse(result) {
      if (!isRecord(result) || !('statusCode' in result)) return jsonResponse(result);
      const cookies = Array.isArray(result.cookies) ? result.cookies : [];
      return commonResponse(result, [
        ...headerPairs(result.headers),
        ...cookies.map((cookie: unknown): [string, string] => ['set-cookie', String(cookie)]),
      ]);
    },
  };
}
