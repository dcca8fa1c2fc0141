/**
 * Answers whose body is text, or the bytes of a document, that are all there.
 *
 * @module
 */

/** What a native server needs to send an answer. */
export interface KnownAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Buffer;
}

/**
 * A `Response` that knows its text. The platform's own has a stream for a body and a list for headers; here both come
 * into being when somebody asks for them, which a server on Node.js does not. The class is defined when the first one is
 * made: Node.js loads all of fetch (20 ms) when `Response` is first looked at, and a function's start cannot wait for it.
 */
function defineTextResponse() {
  return class TextResponse extends platformResponse() {
    readonly #content: string | Buffer;
    readonly #plain: Record<string, string>;
    #whole: Response | undefined;

    constructor(content: string | Buffer, status: number, headers: Record<string, string>) {
      super(null, { status });
      this.#content = content;
      this.#plain = headers;
    }

    static known(response: Response): KnownAnswer | undefined {
      if (!(#content in response)) return undefined;
      const headers = response.#whole ? Object.fromEntries(response.#whole.headers) : response.#plain;
      return { status: response.status, headers, content: response.#content };
    }

    static set(response: Response, headers: Readonly<Record<string, string>>): boolean {
      if (!(#content in response) || response.#whole !== undefined) return false;
      Object.assign(response.#plain, headers);
      response.#plain['cache-control'] ??= 'no-store';
      return true;
    }

    static {
      const forwarded = [
        'body',
        'bodyUsed',
        'headers',
        'arrayBuffer',
        'blob',
        'bytes',
        'clone',
        'formData',
        'json',
        'text',
      ];
      for (const name of forwarded) {
        Object.defineProperty(TextResponse.prototype, name, {
          get(this: TextResponse) {
            this.#whole ??= new Response(
              typeof this.#content === 'string' ? this.#content : new Uint8Array(this.#content),
              { status: this.status, headers: this.#plain },
            );
            const value: unknown = Reflect.get(this.#whole, name);
            return typeof value === 'function' ? value.bind(this.#whole) : value;
          },
        });
      }
    }
  };
}

/**
 * The platform's own class. Servers put one in its place that sends what its constructor was given, and never asks for
 * the body that comes into being here.
 */
function platformResponse(): typeof Response {
  let found = Response;
  for (;;) {
    const parent: unknown = Object.getPrototypeOf(found);
    if (!isResponseClass(parent)) return found;
    found = parent;
  }
}

function isResponseClass(value: unknown): value is typeof Response {
  return typeof value === 'function' && value !== Function.prototype;
}

let defined: ReturnType<typeof defineTextResponse> | undefined;

function create(content: string | Buffer, status: number, headers: Record<string, string>): Response {
  defined ??= defineTextResponse();
  return new defined(content, status, headers);
}

/**
 * What {@link textResponse} or {@link jsonResponse} made; `undefined` for any other answer.
 *
 * @param response of the application
 */
export function knownAnswer(response: Response): KnownAnswer | undefined {
  return defined?.known(response);
}

/**
 * Sets headers of an answer made here that nobody has looked into; caches may not keep it unless it says so.
 *
 * @param headers by name in lower case
 * @returns whether it is such an answer
 */
export function setKnownHeaders(response: Response, headers: Readonly<Record<string, string>>): boolean {
  return defined?.set(response, headers) ?? false;
}

/** An answer of text. @param headers by name in lower case */
export function textResponse(text: string, headers: Record<string, string>): Response {
  return create(text, 200, { ...headers });
}

/**
 * An answer that is the same each time: its bytes are shared by all that are on their way.
 *
 * @param headers by name in lower case
 */
export function documentResponse(content: Buffer, headers: Record<string, string>): Response {
  return create(content, 200, { ...headers });
}

/** The same as `Response.json`. @param init its headers by name in lower case */
export function jsonResponse(
  value: unknown,
  { status = 200, headers }: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response {
  return create(JSON.stringify(value), status, { 'content-type': 'application/json', ...headers });
}
