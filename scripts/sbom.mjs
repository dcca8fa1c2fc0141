// Writes dist/sbom.cdx.json: what an installation of the package consists of, as CycloneDX, from the lock file alone.
// The same lock file gives the same bytes: time and serial number, which npm makes up, are left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { stdout, stderr, status } = spawnSync(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, shell: process.platform === 'win32' },
);
if (status !== 0) {
  console.error(`npm sbom failed: ${stderr.trim()}`);
  process.exit(1);
}
const { serialNumber: _, ...sbom } = JSON.parse(stdout);
delete sbom.metadata.timestamp;
delete sbom.metadata.tools;
// npm takes the name of the folder.
sbom.metadata.component.name = 'pictor';
// A tool of the checkout for npm, part of the package for those who install it (scripts/onnxruntime.mjs).
const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8'));
const { version, integrity, license } = lock.packages['node_modules/onnxruntime-node'];
const reference = `onnxruntime-node@${version}`;
sbom.components.push({
  'bom-ref': reference,
  type: 'library',
  name: 'onnxruntime-node',
  version,
  scope: 'required',
  purl: `pkg:npm/${reference}`,
  hashes: [
    { alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') },
  ],
  licenses: [{ license: { id: license } }],
});
sbom.components.sort((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1));
mkdirSync(`${root}/dist`, { recursive: true });
writeFileSync(`${root}/dist/sbom.cdx.json`, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`dist/sbom.cdx.json: ${sbom.components.length} components`);
