import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { targetPackage } from '../../src/deploy/pack/packages/packages.ts';

afterEach(() => vi.unstubAllEnvs());

test('a registry that takes the connection and never answers is named within seconds', {
  timeout: 120_000,
}, async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cache = await mkdtemp(join(tmpdir(), 'pictor-registry-'));
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`);
  try {
    const begin = performance.now();
    const asked = targetPackage('@img/sharp-linux-arm64', '0.0.1', { arch: 'arm64' }, cache);
    await expect(asked).rejects.toMatchObject({
      code: 'PACK_FAILED',
      message: expect.stringContaining('@img/sharp-linux-arm64@0.0.1'),
    });
    // npm's own patience is five minutes and two more tries.
    expect(performance.now() - begin).toBeLessThan(60_000);
  } finally {
    server.close();
    await rm(cache, { recursive: true, force: true });
  }
});
