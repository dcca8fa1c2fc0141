/** One object of a listing. */
export interface S3Object {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modifiedMs: number;
}

/**
 * Reads a page of ListObjectsV2. The format is fixed and flat, so that no XML parser is needed.
 *
 * @returns `next` is the token of the next page
 */
export function parseListing(xml: string): {
  readonly objects: S3Object[];
  readonly next: string | undefined;
} {
  const objects = xml
    .split('<Contents>')
    .slice(1)
    .map((part) => ({
      key: field(part, 'Key') ?? '',
      bytes: Number(field(part, 'Size') ?? 0),
      etag: (field(part, 'ETag') ?? '').replaceAll('"', ''),
      modifiedMs: Date.parse(field(part, 'LastModified') ?? '') || 0,
    }));
  const truncated = field(xml, 'IsTruncated') === 'true';
  return { objects, next: truncated ? field(xml, 'NextContinuationToken') : undefined };
}

function field(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`);
  const end = start < 0 ? -1 : xml.indexOf(`</${name}>`, start);
  return end < 0 ? undefined : decoded(xml.slice(start + name.length + 2, end));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
