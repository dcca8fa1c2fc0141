import { expect, test } from 'vitest';
import { openApp, picture } from './support.ts';

/** Resident memory is measured by `npm run memory`. */
test('nothing of a request is held when it is answered', async () => {
  const { send } = await openApp();
  const base64 = (await picture('red')).toString('base64');
  // White space may stand in base64: the body is large, the picture is not.
  const body = JSON.stringify({ picture: base64 + ' '.repeat(1_000_000) });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => send('/image', { method: 'POST', body })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  await Promise.all(answers.map((answer) => answer.text()));
  const metrics = await (await send('/metrics')).text();
  expect(metrics).toMatch(/^pictor_held_body_bytes 0$/m);
  expect(metrics).toMatch(/^pictor_requests_in_flight 0$/m);
}, 60_000);
