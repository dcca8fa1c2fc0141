import { expect, test, vi } from 'vitest';
import { isAlive, startProgram } from './program.ts';

test.each([
  ['close', 0],
  ['end-without-close', 0],
  ['exit-in-inference', 7],
  ['throw-in-inference', 1],
])('a program that ends with %s has exit code %i and leaves no worker behind', async (ending, expected) => {
  const program = await startProgram(ending, { effort: 10 });
  const { pids } = await program.report;
  expect(pids).toHaveLength(2);
  expect(await program.end).toMatchObject({ code: expected, signal: null });
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000 });
});

test('an answer that is waited for keeps the program alive, an idle engine does not', async () => {
  const program = await startProgram('answer-then-end', { effort: 4 });
  const { code, stdout } = await program.end;
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe('["mean"]');
});

test('workers end when their program is killed', async () => {
  const program = await startProgram('stay');
  const { pids } = await program.report;
  expect(pids.filter(isAlive)).toHaveLength(2);
  program.process.kill('SIGKILL');
  await program.end;
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000 });
});
