#!/usr/bin/env node
/**
 * The `pictor` program.
 *
 * @module
 */
import './small-heap.ts';

await import('./run.ts');
