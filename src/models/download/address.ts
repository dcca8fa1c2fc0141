/**
 * Addresses and their passwords, kept apart.
 *
 * @module
 */

/** An address without its password, and the header that carries it. */
export interface Address {
  readonly url: URL;
  readonly authorization?: string;
}

/** A header that one origin may see. */
export interface Credentials {
  readonly origin: string;
  readonly authorization: string;
}

/** Takes user and password out of a URL, so that they show nowhere and follow no redirect. */
export function toAddress(text: string): Address {
  const url = new URL(text);
  if (!url.username && !url.password) return { url };
  const secret = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
}

/** A per cent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address as it may be kept: without user and password. */
export function kept(text: string): string {
  return URL.canParse(text) ? toAddress(text).url.href : text;
}

/** An address as messages show it: without the query, where signed links keep their secret. */
export function shown(url: URL): string {
  return url.origin + url.pathname;
}
