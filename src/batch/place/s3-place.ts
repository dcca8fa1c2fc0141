import type { S3Client } from './s3-client.ts';
import type { Place } from './types.ts';

/** Where an `s3://` address leads. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** Takes `s3://bucket/key` apart; undefined for anything else. */
export function parseS3(address: string): S3Address | undefined {
  const match = /^s3:\/\/([^/]{1,255})\/?(.*)$/s.exec(address);
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}

/** A prefix in a bucket. An object appears whole when its upload ends. */
export function s3Place(client: S3Client, { bucket, key }: S3Address): Place {
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  return {
    url: `s3://${bucket}/${prefix}`,
    read: (name, range) => client.get(bucket, prefix + name, range ? { range } : {}),
    write: (name, content) => client.put(bucket, prefix + name, content),
    writeFile: (name, path) => client.putFile(bucket, prefix + name, path),
    async list(start) {
      const entries = [];
      for await (const { key: found, bytes, modifiedMs } of client.list(bucket, prefix + start)) {
        entries.push({ name: found.slice(prefix.length), bytes, modifiedMs });
      }
      return entries;
    },
    remove: (name) => client.remove(bucket, prefix + name),
  };
}
