import module from 'node:module';
import { compileCacheFolder } from '../models/locations.ts';

/** Keeps the program's compiled code, where Node.js can (22.1 and newer). To be called before what it is to hold is loaded. */
export function keepCompiledCode(): void {
  // Older ones have no such function, whatever the types say.
  const enable: unknown = Reflect.get(module, 'enableCompileCache');
  if (typeof enable === 'function') enable(compileCacheFolder(process.env));
}
