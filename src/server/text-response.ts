/**
 * Answers whose body is text that is all there.
 *
 * @module
 */

/** A `Response` that remembers its text, so that it can be sent without a web stream in between. */
class TextResponse extends Response {
  readonly #text: string;

  constructor(text: string, init: ResponseInit) {
    super(text, init);
    this.#text = text;
  }

  static textOf(response: Response): string | undefined {
    return #text in response ? response.#text : undefined;
  }
}

/**
 * The text of an answer that {@link textResponse} or {@link jsonResponse} made; `undefined` for any other.
 *
 * @param response its body may have been read
 */
export const knownText: (response: Response) => string | undefined = TextResponse.textOf;

/** An answer of text. @param init its headers say which kind */
export function textResponse(text: string, init: ResponseInit): Response {
  return new TextResponse(text, init);
}

/** The same as `Response.json`. */
export function jsonResponse(
  value: unknown,
  { status = 200, headers }: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response {
  return new TextResponse(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
