import { splitHeaders } from '../../shared/runtime/headers.ts';

/** A cookie as the host wants it: taken apart. */
export interface AzureCookie {
  name: string;
  value: string;
  path?: string;
  domain?: string;
  maxAge?: number;
  expires?: Date;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
}

/** The library's `HttpResponseInit`. */
export interface AzureResult {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  cookies?: AzureCookie[];
}

/** @param response what the application answered */
export async function toResult(response: Response): Promise<AzureResult> {
  const { single, cookies } = splitHeaders(response);
  return {
    status: response.status,
    headers: { ...single },
    body: new Uint8Array(await response.arrayBuffer()),
    ...(cookies.length > 0 && { cookies: cookies.map(parseCookie) }),
  };
}

/** RFC 6265, section 5.2: one pair, then attributes. */
function parseCookie(line: string): AzureCookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name, value] = halves(pair);
  const cookie: AzureCookie = { name, value };
  for (const attribute of attributes) {
    const [key, text] = halves(attribute);
    switch (key.toLowerCase()) {
      case 'path':
        cookie.path = text;
        break;
      case 'domain':
        cookie.domain = text;
        break;
      case 'max-age':
        cookie.maxAge = Number(text);
        break;
      case 'expires':
        cookie.expires = new Date(text);
        break;
      case 'secure':
        cookie.secure = true;
        break;
      case 'httponly':
        cookie.httpOnly = true;
        break;
      case 'samesite':
        cookie.sameSite = /^strict$/i.test(text) ? 'Strict' : /^none$/i.test(text) ? 'None' : 'Lax';
    }
  }
  return cookie;
}

function halves(text: string): [before: string, after: string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
