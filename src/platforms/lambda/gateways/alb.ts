import type { Gateway, GatewayRequest } from '../../shared/gateway.ts';
import {
  commonResponse,
  contentType,
  flaggedBody,
  headerPairs,
  isRecord,
  isTextual,
  listed,
} from '../../shared/gateway-parts.ts';

/**
 * The application load balancer.
 *
 * @param multiValue the target group's attribute `lambda.multi_value_headers.enabled`
 */
export function lambdaAlbGateway(multiValue = false): Gateway {
  return {
    toEvent: (request) => ({
      requestContext: {
        elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/emulated/1' },
      },
      httpMethod: request.method,
      path: request.path,
      ...(multiValue
        ? {
            multiValueQueryStringParameters: listed(rawQuery(request)),
            multiValueHeaders: listed(lowerCase(request)),
          }
        : {
            queryStringParameters: Object.fromEntries(rawQuery(request)),
            headers: Object.fromEntries(lowerCase(request)),
          }),
      ...flaggedBody(request.body, request.body.length > 0 && !isTextual(contentType(request))),
    }),
    toResponse: (result) =>
      isRecord(result)
        ? commonResponse(result, headerPairs(multiValue ? result.multiValueHeaders : result.headers))
        : undefined,
  };
}

/** The load balancer does not decode the query. */
function rawQuery({ query }: GatewayRequest): [string, string][] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    });
}

function lowerCase({ headers }: GatewayRequest): [string, string][] {
  return headers.map(([name, value]) => [name.toLowerCase(), value]);
}
