import { readFile } from 'node:fs/promises';
import type { BenchModel, Contender } from '../contenders/contender.ts';

const [key = '', model = '', picture = '', cores = '1'] = process.argv.slice(2);
const { createContender } = (await import(`../contenders/${key}.ts`)) as {
  createContender(): Contender | Promise<Contender>;
};
const contender = await createContender();
const topFive = await contender.load(JSON.parse(model) as BenchModel, { cores: Number(cores) });
process.stdout.write(`${JSON.stringify(await topFive(await readFile(picture)))}\n`);
await contender.close();
