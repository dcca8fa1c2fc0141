// `npm run build`: dist/ from the sources.
import { rmSync } from 'node:fs';
import { BUILD, runSteps } from './steps.mjs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await runSteps(BUILD);
