#!/usr/bin/env node
/**
 * The `pictor` program.
 *
 * @module
 */
import './small-heap.ts';
import { keepCompiledCode } from './compile-cache.ts';

keepCompiledCode();
await import('./run.ts');
