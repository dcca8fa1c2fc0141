import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { joinSignals } from '../../src/base/join-signals.ts';

test('fires with the first source, and with its reason', () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const { signal } = joinSignals(a.signal, undefined, b.signal);
  expect(signal.aborted).toBe(false);
  b.abort('b');
  a.abort('a');
  expect([signal.aborted, signal.reason]).toEqual([true, 'b']);
  expect(joinSignals(a.signal).signal.reason).toBe('a');
});

test('can be fired itself, and leaves its sources as they are', () => {
  const source = new AbortController();
  const joined = joinSignals(source.signal);
  joined.abort('enough');
  expect([joined.signal.reason, source.signal.aborted]).toEqual(['enough', false]);
});

test('lets go of its sources', () => {
  const source = new AbortController();
  const joined = joinSignals(source.signal);
  expect(getEventListeners(source.signal, 'abort')).toHaveLength(1);
  joined.release();
  expect(getEventListeners(source.signal, 'abort')).toHaveLength(0);
});

test('is the only place in the sources that joins signals', () => {
  const folder = fileURLToPath(new URL('../../src', import.meta.url));
  const users = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && /AbortSignal\.any\(/.test(readFileSync(`${folder}/${name}`, 'utf8')),
  );
  expect(users).toEqual([]);
});
