/**
 * Requests of all protocols at once, a third of them wrong: each answer must be its own, in its own protocol's words.
 *
 * @module
 */
import { type Client, type Credentials, clientsOf, type Outcome } from './clients.ts';

/** The pictures of a mix by their colour, and ones that are damaged. */
export interface MixPictures {
  readonly colours: Readonly<Record<'red' | 'green' | 'blue', Uint8Array>>;
  readonly corrupt: Uint8Array;
  /** No picture at all. */
  readonly foreign: Uint8Array;
}

export interface MixOptions {
  readonly port: number;
  readonly credentials: Credentials;
  readonly pictures: MixPictures;
  readonly requests: number;
  readonly concurrency: number;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  /** Called after each answer, with how many there have been. */
  readonly onAnswer?: (answered: number) => void;
}

export interface MixReport {
  readonly requests: number;
  readonly valid: number;
  readonly invalid: number;
  /** By protocol. */
  readonly answered: Readonly<Record<string, number>>;
  /** What was not as it should be; empty when all is well. */
  readonly wrong: readonly string[];
  /** Request ids that came more than once. */
  readonly repeatedIds: number;
}

const COLOURS = ['red', 'green', 'blue'] as const;
const CHINESE = { red: '红', green: '绿', blue: '蓝' } as const;

type Fault = 'wrong key' | 'corrupt' | 'foreign';
const FAULTS: readonly Fault[] = ['wrong key', 'corrupt', 'foreign'];

/** How each protocol says what is wrong. */
const FAILURES: Readonly<Record<string, Readonly<Record<Fault, string>>>> = {
  tencent: {
    'wrong key': 'AuthFailure.SignatureFailure',
    corrupt: 'FailedOperation.ImageDecodeFailed',
    foreign: 'FailedOperation.ImageNotSupported',
  },
  huawei: { 'wrong key': 'APIGW.0301', corrupt: 'AIS.0105', foreign: 'AIS.0102' },
  aws: {
    'wrong key': 'InvalidSignatureException',
    corrupt: 'InvalidImageFormatException',
    foreign: 'InvalidImageFormatException',
  },
  google: { 'wrong key': 'INVALID_ARGUMENT', corrupt: 'status 3', foreign: 'status 3' },
  inference: { 'wrong key': '401', corrupt: '422', foreign: '415' },
  native: { 'wrong key': 'UNAUTHENTICATED', corrupt: 'IMAGE_CORRUPT', foreign: 'IMAGE_FORMAT_UNSUPPORTED' },
};

/** Sends the mix and looks at every answer. */
export async function runMix(options: MixOptions): Promise<MixReport> {
  const { port, credentials, pictures, requests, concurrency, random } = options;
  const good = clientsOf(port, credentials);
  const bad = clientsOf(port, { ...credentials, secret: 'another-secret' });
  const answered: Record<string, number> = {};
  const wrong: string[] = [];
  const ids = new Set<string>();
  let [started, done, invalid, repeatedIds] = [0, 0, 0, 0];

  async function one(number: number): Promise<void> {
    const at = Math.floor(random() * good.length);
    const fault = number % 3 === 2 ? pick(FAULTS, random()) : undefined;
    const colour = pick(COLOURS, random());
    const client = (fault === 'wrong key' ? bad : good)[at];
    if (client === undefined) return;
    if (fault !== undefined) invalid += 1;
    const picture = fault === 'corrupt' || fault === 'foreign' ? pictures[fault] : pictures.colours[colour];
    const found = await client.labels(picture);
    const { requestId } = found;
    if (requestId !== undefined) {
      if (ids.has(requestId)) repeatedIds += 1;
      ids.add(requestId);
    }
    answered[client.protocol] = (answered[client.protocol] ?? 0) + 1;
    const complaint = complaintAbout(client, found, fault, colour);
    if (complaint !== undefined) wrong.push(`request ${number}, ${complaint}`);
    options.onAnswer?.(++done);
  }

  async function lane(): Promise<void> {
    while (started < requests) await one(started++);
  }

  await Promise.all(Array.from({ length: concurrency }, lane));
  await Promise.all([...good, ...bad].map((client) => client.close()));
  return { requests, valid: requests - invalid, invalid, answered, wrong, repeatedIds };
}

function complaintAbout(
  { protocol }: Client,
  found: Outcome,
  fault: Fault | undefined,
  colour: (typeof COLOURS)[number],
): string | undefined {
  const expected = fault === undefined ? colour : FAILURES[protocol]?.[fault];
  const [first = 'nothing'] = 'labels' in found ? found.labels : [found.failure];
  const fits =
    fault === undefined
      ? 'labels' in found && (first.toLowerCase() === colour || first === CHINESE[colour])
      : 'failure' in found && first === expected;
  return fits ? undefined : `${protocol}: expected ${expected}, received ${first}`;
}

function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], random: number): Item {
  const item = items[Math.floor(random * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
