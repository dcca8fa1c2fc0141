/** An HTTP request as it reaches a platform's gateway. */
export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** In order, in the client's spelling, repeated names included. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** What the gateway sends back. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/**
 * What a platform does between the client and an event function.
 *
 * @example
 * const event = gateway.toEvent(request);
 * const response = gateway.toResponse(await handler(event, context));
 */
export interface Gateway {
  /** The value that the handler gets, as JSON. */
  toEvent(request: GatewayRequest): unknown;
  /** @returns nothing when the platform cannot use the result: the client then gets its error page */
  toResponse(result: unknown): GatewayResponse | undefined;
}
