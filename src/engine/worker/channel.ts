import type { Writable } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/** Lengths of the message and of the bytes that go with it. */
const PREFIX = 8;

/** Length of bytes that are not there. */
const NONE = 0xffff_ffff;

/** A message; its `bytes`, if it has any, travel as they are, neither cloned nor copied on the way out. */
type Message<T> = T & { readonly bytes?: Uint8Array };

/**
 * Sends messages over a pipe: the lengths, the structured clone of the message, its bytes. Node's own channel between
 * processes would do, but it joins what it has read with every 64 KiB that come in, which for a picture of 20 MB is
 * gigabytes of copying.
 */
export function openSender<T extends object>(stream: Writable): (message: Message<T>) => void {
  let corked = false;
  const uncork = () => {
    corked = false;
    stream.uncork();
  };
  return ({ bytes, ...message }) => {
    const head = serialize(message);
    const prefix = Buffer.allocUnsafe(PREFIX);
    prefix.writeUInt32LE(head.length, 0);
    prefix.writeUInt32LE(bytes?.length ?? NONE, 4);
    // What is said in one go costs one system call.
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(uncork);
    }
    stream.write(prefix);
    stream.write(head);
    if (bytes !== undefined) stream.write(bytes);
  };
}

/**
 * The other end of {@link openSender}: a function for the chunks of a pipe as they come. A chunk's memory may be used
 * again afterwards.
 *
 * @param onMessage gets every whole message; its typed arrays are views on a buffer that may hold other things
 * @param allocate memory for a message's bytes (default: fresh memory)
 */
export function openReceiver<T extends object>(
  onMessage: (message: T) => void,
  allocate: (length: number) => Uint8Array = Buffer.allocUnsafeSlow,
): (chunk: Uint8Array) => void {
  const prefix = Buffer.alloc(PREFIX);
  let head: Buffer | undefined;
  let bytes: Uint8Array | undefined;
  /** What is being filled, and how far. */
  let part: Uint8Array = prefix;
  let have = 0;

  function finish(whole: Buffer): void {
    const message: T = deserialize(whole);
    if (bytes !== undefined) Object.assign(message, { bytes });
    head = undefined;
    bytes = undefined;
    part = prefix;
    onMessage(message);
  }

  /** Goes on to the next part of the message that has room. */
  function advance(): void {
    have = 0;
    if (part === prefix) {
      const length = prefix.readUInt32LE(4);
      head = Buffer.allocUnsafe(prefix.readUInt32LE(0));
      bytes = length === NONE ? undefined : allocate(length);
      part = head;
    } else if (part === head && bytes !== undefined && bytes.length > 0) part = bytes;
    else if (head !== undefined) finish(head);
  }

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const end = Math.min(chunk.length, at + part.length - have);
      part.set(chunk.subarray(at, end), have);
      have += end - at;
      at = end;
      if (have === part.length) advance();
    }
  };
}
