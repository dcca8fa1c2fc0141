import type { Gateway } from '../../shared/gateway.ts';
import {
  commonResponse,
  contentType,
  decodedPath,
  isRecord,
  isTextual,
  joinedHeaders,
  jsonResponse,
  listed,
  queryPairs,
} from '../../shared/gateway-parts.ts';

/**
 * Tencent's function URL. How it hands raw bytes to an event function is not documented; here they travel as base64
 * without a flag, the only form that loses nothing.
 */
export const scfUrlGateway: Gateway = {
  toEvent: (request) => ({
    body: request.body.toString(isTextual(contentType(request)) ? 'utf8' : 'base64'),
    headers: { ...joinedHeaders(request), 'x-scf-remote-addr': request.sourceIp },
    httpMethod: request.method,
    path: decodedPath(request),
    queryString: Object.fromEntries(
      Object.entries(listed(queryPairs(request))).map(([name, values]) => [
        name,
        values.length === 1 ? values[0] : values,
      ]),
    ),
  }),
  toResponse: (result) =>
    isRecord(result) && 'statusCode' in result ? commonResponse(result) : jsonResponse(result),
};
