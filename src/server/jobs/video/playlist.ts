import { fragmentsOf } from './fragments.ts';

/**
 * A growing video as an HLS play list (RFC 8216): players seek in what is there, and ask again for more until its end.
 *
 * @param path of the fragmented MP4
 * @param address of the file, relative to the play list
 * @param ended whether nothing more comes
 */
export async function playlistOf(path: string, address: string, ended: boolean): Promise<string> {
  const { header, fragments } = await fragmentsOf(path);
  const longest = fragments.reduce((most, { duration }) => Math.max(most, duration), 1);
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`,
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${address}",BYTERANGE="${header}@0"`,
    ...fragments.flatMap(({ offset, bytes, duration }) => [
      `#EXTINF:${duration.toFixed(6)},`,
      `#EXT-X-BYTERANGE:${bytes}@${offset}`,
      address,
    ]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n');
}
