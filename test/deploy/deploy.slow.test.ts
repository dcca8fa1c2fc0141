/**
 * `pictor deploy` as a process, with programs on its PATH that write down what they were asked.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pictor, type RunOptions, workshop } from '../cli/support.ts';

const LONG = 120_000;

/** Writes down arguments and folder, then does what `then` says. */
const program = (then: string) => `#!/bin/sh
{ echo "$(basename "$0") $*"; echo "files: $(ls -A | tr '\\n' ' ')"; echo "secret: $PICTOR_KEYS"; } >> "$RECORD"
${then}
`;

/** A folder with a small model, a configuration and programs that record. */
async function project(settings: object, programs: readonly string[], then = 'exit 0') {
  const { folder, env } = await workshop('colours');
  const bin = join(folder, 'bin');
  const record = join(folder, 'record.txt');
  const cwd = join(folder, 'project');
  await mkdir(bin);
  await mkdir(cwd);
  for (const name of programs) {
    await writeFile(join(bin, name), program(then));
    await chmod(join(bin, name), 0o755);
  }
  await writeFile(join(cwd, 'pictor.config.json'), JSON.stringify({ models: ['colours'], deploy: settings }));
  return {
    cwd,
    path: (...parts: string[]) => join(cwd, ...parts),
    recorded: () => readFile(record, 'utf8').catch(() => ''),
    run: (args: readonly string[], own: Record<string, string> = {}, options: RunOptions = {}) =>
      pictor(['deploy', ...args], {
        cwd,
        ...options,
        env: { ...env, HOME: folder, RECORD: record, PATH: `${bin}:${process.env['PATH']}`, ...own },
      }),
    bin,
  };
}

const TENCENT = { TENCENT_SECRET_ID: 'id', TENCENT_SECRET_KEY: 'key' };
const AWS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };

describe('a deployment', () => {
  test(
    'packs, proves, writes and runs the platform’s program in that folder',
    async () => {
      const { run, recorded, path, cwd } = await project({ name: 'colours' }, ['scf']);
      await mkdir(path('.pictor/scf/function'), { recursive: true });
      await writeFile(path('.pictor/scf/function/of-last-time.js'), '');
      const { code, stdout, stderr } = await run(['-p', 'scf'], TENCENT);
      expect(stderr).toMatch(/Boot\n.*Write serverless\.yml\n.*scf deploy\n/s);
      expect(stdout).toMatch(/answered: red|answered: green|answered: blue/);
      expect(stdout).toMatch(/colours is on Tencent SCF/);
      expect(code).toBe(0);
      expect(await recorded()).toMatch(/^scf deploy\nfiles: function function\.zip serverless\.yml \n/);
      const unpacked = await readdir(path('.pictor/scf/function'));
      expect(unpacked).toContain('index.js');
      expect(unpacked).not.toContain('of-last-time.js');
      expect(await readdir(cwd)).toEqual(['.pictor', 'pictor.config.json']);
    },
    LONG,
  );

  test(
    'hands a secret to the program and shows only its name',
    async () => {
      const { run, recorded, path } = await project({ tool: 'sam', secrets: ['PICTOR_KEYS'] }, ['sam']);
      const { code, stdout, stderr } = await run(['-p', 'lambda', '--no-boot'], {
        ...AWS,
        PICTOR_KEYS: 'pk_value',
      });
      expect(code).toBe(0);
      expect(await recorded()).toContain('--parameter-overrides PictorKeys=pk_value');
      expect(stdout + stderr).toMatch(/PictorKeys=\$\{PICTOR_KEYS\}/);
      expect(stdout + stderr).not.toContain('pk_value');
      expect(await readFile(path('.pictor/lambda/template.yaml'), 'utf8')).not.toContain('pk_value');
    },
    LONG,
  );

  test(
    'of a container builds, pushes and applies, in this order',
    async () => {
      const { run, recorded, path } = await project({ image: 'registry.example.com/a/colours:1' }, [
        'docker',
        'kubectl',
      ]);
      await mkdir(path('../.docker'));
      await writeFile(path('../.docker/config.json'), '{}');
      const { code } = await run(['-p', 'container', '--tool', 'kubernetes', '--no-boot'], {
        KUBECONFIG: 'somewhere',
      });
      expect(code).toBe(0);
      const lines = (await recorded()).split('\n').filter((line) => /^(docker|kubectl) /.test(line));
      expect(lines).toEqual([
        'docker build --platform linux/amd64 --tag registry.example.com/a/colours:1 .',
        'docker push registry.example.com/a/colours:1',
        'kubectl apply --filename deployment.yaml',
        'kubectl rollout status deployment/pictor --timeout=5m',
      ]);
      expect(await readdir(path('.pictor/container/function'))).toContain('server.js');
    },
    LONG,
  );

  test(
    'fails as the program fails, and keeps the files',
    async () => {
      const { run, path } = await project({}, ['osls'], 'echo "no rights" >&2; exit 3');
      const { code, stdout, stderr } = await run(['-p', 'lambda', '--no-boot'], AWS);
      expect(code).toBe(1);
      expect(stderr).toMatch(/no rights\n✗ The deployment failed: .*osls deploy.*exit code 3/);
      expect(stdout).toBe('');
      expect(await readdir(path('.pictor/lambda'))).toEqual(['function.zip', 'serverless.yml']);
    },
    LONG,
  );
});

describe('--dry-run', () => {
  test('prints every step, says what is missing, runs and writes nothing', async () => {
    const { run, recorded, cwd } = await project({ secrets: ['PICTOR_KEYS'] }, ['scf']);
    const { code, stdout } = await run(['-p', 'scf', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ Serverless Cloud Framework: .*bin\/scf/);
    expect(stdout).toMatch(/✗ credentials for Tencent Cloud \(TENCENT_SECRET_ID and TENCENT_SECRET_KEY/);
    expect(stdout).toMatch(/✗ PICTOR_KEYS in the environment .*: not found/);
    expect(stdout).not.toContain('failed');
    expect(stdout).toMatch(
      /1\. pack .*\n2\. unpack .*\n3\. write .*serverless\.yml\n.*component: scf.*4\. run `scf deploy` in \.pictor\/scf\n/s,
    );
    expect(stdout).toMatch(/Nothing was done\. 2 of 3 things are missing\.\n$/);
    expect(await readdir(cwd)).toEqual(['pictor.config.json']);
    expect(await recorded()).toBe('');
  });

  test.each([
    ['lambda', 'osls deploy'],
    ['fc', 's deploy -y'],
    ['functiongraph', 's deploy -y'],
    ['gcf', 'gcloud functions deploy pictor --gen2 --runtime=nodejs22'],
    ['azure', 'az functionapp deployment source config-zip --resource-group group --name pictor'],
    ['container', 'kubectl apply --filename service.yaml'],
  ])('knows the command of %s', async (platform, command) => {
    const { run } = await project({ image: 'a/b:1', resourceGroup: 'group' }, []);
    const { code, stdout } = await run(['-p', platform, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain(command);
  });
});

test('--files-only writes the platform’s files and nothing else', async () => {
  const { run, path } = await project({}, []);
  const { code, stdout } = await run(['-p', 'fc', '--files-only', '--dir', 'out', '--region', 'cn-beijing']);
  expect([code, stdout]).toEqual([0, `${path('out/s.yaml')}\n`]);
  expect(await readdir(path('out'))).toEqual(['s.yaml']);
  expect(await readFile(path('out/s.yaml'), 'utf8')).toContain('region: cn-beijing');
});

describe('before anything is packed', () => {
  test.each([
    [
      'an unknown platform',
      ['-p', 'heroku'],
      {},
      1,
      /no such platform.*scf, lambda.*heroku.*PLATFORM_UNKNOWN/,
    ],
    [
      'no program',
      ['-p', 'fc'],
      { PATH: '/nowhere' },
      1,
      /Serverless Devs \(`s`\).*npm install -g @serverless-devs\/s/,
    ],
    ['no credentials', ['-p', 'scf'], {}, 1, /TENCENT_SECRET_ID and TENCENT_SECRET_KEY.*DEPLOY_FAILED/],
    ['half the credentials', ['-p', 'scf'], { TENCENT_SECRET_ID: 'x' }, 1, /credentials for Tencent/],
    ['a missing secret', ['-p', 'scf'], TENCENT, 1, /PICTOR_KEYS in the environment/],
    ['a flag that is no name', ['-p', 'scf', '--name', 'A b'], {}, 2, /--name to be valid.*A b/],
    ['a tool of another platform', ['-p', 'scf', '--tool', 'sam'], {}, 2, /tool to be scf on scf/],
    ['a file that is not there', ['-p', 'scf', '-c', 'none.yaml'], {}, 1, /none\.yaml.*CONFIG_INVALID/],
  ])('%s is one clear line', async (_, args, env, expected, message) => {
    const { run, cwd, recorded } = await project({ secrets: ['PICTOR_KEYS'] }, ['scf']);
    const { code, stdout, stderr } = await run(args, env);
    expect(stderr).toMatch(/^✗ [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(expected);
    expect(await readdir(cwd)).toEqual(['pictor.config.json']);
    expect(await recorded()).toBe('');
  });

  test('a missing model stops a dry run as well', async () => {
    const { run } = await project({}, ['scf']);
    for (const more of [[], ['--dry-run']]) {
      const { code, stderr } = await run(['-p', 'scf', '--model', 'nothing', ...more], TENCENT);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/MODEL_UNKNOWN\n$/)]);
    }
  });

  test('a folder that cannot be made', async () => {
    const { run } = await project({}, ['scf']);
    const { code, stderr } = await run(['-p', 'scf', '--dir', 'pictor.config.json/x'], TENCENT);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/FILE_WRITE_FAILED\n$/)]);
  });
});

/** Writes a model of which nothing can be compressed, and gives its manifest's path. */
async function bigModel(path: (...parts: string[]) => string, size: number): Promise<string> {
  const bytes = randomBytes(size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(path('big.onnx'), bytes);
  const colours = JSON.parse(await readFile(path('../embedded/colours/manifest.json'), 'utf8'));
  const manifest = { ...colours, id: 'big', files: [{ path: 'big.onnx', sha256, bytes: bytes.length }] };
  await writeFile(path('big.json'), JSON.stringify(manifest));
  return path('big.json');
}

test(
  'a program that uploads through a bucket is handed more than the platform takes directly',
  async () => {
    const { run, recorded, path } = await project({}, ['osls']);
    const model = await bigModel(path, 51_000_000);
    const { code, stdout } = await run(['-p', 'lambda', '--model', model, '--no-boot'], AWS);
    expect(stdout).toMatch(/^limit +250\.0 MB +none$/m);
    expect(code).toBe(0);
    expect(await recorded()).toContain('osls deploy');
  },
  LONG,
);

test(
  'an archive over the limit is not handed to the program, and leaves nothing',
  async () => {
    const { run, recorded, path } = await project({}, ['s']);
    const model = await bigModel(path, 45_000_000);
    const { code, stderr } = await run(['-p', 'functiongraph', '--model', model, '--no-boot'], {
      default_serverless_devs_key: '{}',
    });
    expect(stderr).toMatch(/at most 40\.0 MB zipped for Huawei FunctionGraph.*PACK_TOO_LARGE\n$/s);
    expect(code).toBe(1);
    expect(await recorded()).toBe('');
    expect(await readdir(path('.pictor/functiongraph'))).toEqual([]);
  },
  LONG,
);

describe('Ctrl-C', () => {
  test(
    'while packing leaves nothing half-written and runs nothing',
    async () => {
      const { run, recorded, path } = await project({}, ['scf']);
      const { code } = await run(['-p', 'scf'], TENCENT, {
        onStderr: (text, kill) => {
          if (text.includes('· Code')) kill('SIGINT');
        },
      });
      expect(code).toBe(130);
      expect(await readdir(path('.pictor/scf'))).toEqual([]);
      expect(await recorded()).toBe('');
    },
    LONG,
  );

  test(
    'while the program runs ends it too, and waits for it',
    async () => {
      const { run, recorded } = await project(
        {},
        ['scf'],
        'trap "echo ended >> $RECORD; exit 1" TERM; echo uploading >&2; while :; do sleep 0.1; done',
      );
      const { code, stderr } = await run(['-p', 'scf', '--no-boot'], TENCENT, {
        onStderr: (text, kill) => {
          if (text.includes('uploading')) kill('SIGINT');
        },
      });
      expect(stderr).toMatch(/ABORTED\n$/);
      expect(code).toBe(130);
      expect(await recorded()).toMatch(/ended\n$/);
    },
    LONG,
  );
});
