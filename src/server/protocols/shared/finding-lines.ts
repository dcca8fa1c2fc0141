import { open } from 'node:fs/promises';

/**
 * Lines of a findings file, as objects.
 *
 * @param path absent where the job has written none: no lines
 */
export async function* findingLines<Line>(path: string | undefined): AsyncGenerator<Line, void> {
  if (path === undefined) return;
  const file = await open(path, 'r');
  try {
    for await (const line of file.readLines()) yield JSON.parse(line) as Line;
  } finally {
    await file.close();
  }
}
