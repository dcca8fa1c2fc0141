/**
 * Uploads that say how far they are, which `fetch` does not.
 *
 * @module
 */
import { failureIn, keyHeaders } from './client.ts';
import { Failure } from './failure.ts';

/**
 * Sends a file.
 *
 * @param onSent hears which share is on its way, 0..1
 * @throws Failure
 */
export function upload<Answer>(
  path: string,
  file: Blob,
  type: string,
  onSent: (share: number) => void,
  signal?: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries({ 'Content-Type': type, ...keyHeaders() }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Failure('offline'));
    request.onabort = () => reject(new Failure('REQUEST_ABORTED'));
    request.onload = () => {
      const response = new Response(request.responseText, { status: request.status });
      if (response.ok) resolve(JSON.parse(request.responseText) as Answer);
      else failureIn(response).then(reject, reject);
    };
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
