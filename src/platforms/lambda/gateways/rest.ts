import type { Gateway } from '../../shared/gateway.ts';
import {
  commonResponse,
  decodedPath,
  headerPairs,
  isRecord,
  lastHeaders,
  listed,
  queryPairs,
} from '../../shared/gateway-parts.ts';

/** API Gateway's REST API with `*\/*` among the binary media types. */
export const lambdaRestGateway: Gateway = {
  toEvent(request) {
    const query = queryPairs(request);
    return {
      resource: '/{proxy+}',
      path: decodedPath(request),
      httpMethod: request.method,
      headers: lastHeaders(request),
      multiValueHeaders: listed(request.headers),
      queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
      multiValueQueryStringParameters: query.length === 0 ? null : listed(query),
      pathParameters: { proxy: request.path.slice(1) },
      stageVariables: null,
      requestContext: {
        resourcePath: '/{proxy+}',
        httpMethod: request.method,
        path: `/dev${request.path}`,
        protocol: 'HTTP/1.1',
        requestId: request.id,
        stage: 'dev',
        identity: { sourceIp: request.sourceIp },
        apiId: 'emulated',
      },
      body: request.body.length === 0 ? null : request.body.toString('base64'),
      isBase64Encoded: request.body.length > 0,
    };
  },
  toResponse: (result) =>
    isRecord(result)
      ? commonResponse(result, [...headerPairs(result.headers), ...headerPairs(result.multiValueHeaders)])
      : undefined,
};
