import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { describeWithData } from '../support/data.ts';
import { openInProcess } from '../support/in-process-engine.ts';
import { photographs } from '../support/photographs.ts';
import { squeezenetReference } from '../support/squeezenet.ts';

describeWithData('an engine with SqueezeNet', () => {
  it('answers as a session on the calling thread does', async () => {
    const model = squeezenetReference();
    const [bytes = new Uint8Array()] = photographs(1);
    await using plain = await openInProcess(model);
    await using engine = createEngine({ workers: 2 });
    await using session = await engine.open(model);
    expect(session.state).toEqual({ kind: 'ready', backend: 'native' });
    const expected = await plain.infer(bytes);
    const answers = await Promise.all([session.infer(bytes), session.infer(bytes.subarray())]);
    for (const answer of answers) {
      expect(answer.outputs).toEqual(expected.outputs);
      expect(answer.picture).toEqual(expected.picture);
      expect(answer.placement).toEqual(expected.placement);
      expect(answer.timings.inference).toBeGreaterThan(0);
    }
    expect(engine.stats()).toMatchObject({ completed: 2, inFlight: 0, cache: { joined: 1 } });
  });
});
