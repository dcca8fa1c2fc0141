/**
 * Object headers of versions 1 and 2: the messages that describe a group or a dataset.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html section IV.A
 * @module
 */
import { Cursor, type FileAccess, requireSignature } from './cursor.ts';
import { damagedHdf5 } from './problem.ts';

/** Message types that matter here. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  /** Bit 1: the content lies elsewhere in the file. */
  readonly flags: number;
  readonly data: Uint8Array;
}

const MAX_BLOCK = 64 * 1024 * 1024;

interface Block {
  readonly at: number;
  readonly length: number;
}

/**
 * All messages of an object header, its continuations included.
 *
 * @param at address of the header
 */
export function readMessages(file: FileAccess, at: number): Message[] {
  const second = Buffer.from(file.source.read(at, 4)).toString('latin1') === 'OHDR';
  return second ? readSecond(file, at) : readFirst(file, at);
}

function readFirst(file: FileAccess, at: number): Message[] {
  const head = file.cursor(at, 16);
  const version = head.u8();
  if (version !== 1) throw damagedHdf5(`an object header of version ${version} at ${at}`);
  head.skip(1);
  const count = head.u16();
  head.skip(4);
  const messages: Message[] = [];
  const blocks: Block[] = [{ at: at + 16, length: head.u32() }];
  for (const block of blocks) {
    const cursor = openBlock(file, block, blocks.length);
    while (cursor.left >= 8 && messages.length < count) {
      file.spend(1);
      const [type, size, flags] = [cursor.u16(), cursor.u16(), cursor.u8()];
      cursor.skip(3);
      add(file, { type, flags, data: cursor.bytes(size) }, messages, blocks, 0);
    }
  }
  return messages;
}

function readSecond(file: FileAccess, at: number): Message[] {
  const head = file.upTo(at, 64);
  requireSignature(head, 'OHDR');
  if (head.u8() !== 2) throw damagedHdf5(`an object header of another version at ${at}`);
  const flags = head.u8();
  if (flags & 0x20) head.skip(16);
  if (flags & 0x10) head.skip(4);
  const length = head.uint(1 << (flags & 3));
  const messages: Message[] = [];
  const blocks: Block[] = [{ at: at + head.at, length }];
  for (const [i, block] of blocks.entries()) {
    const cursor = openBlock(file, block, blocks.length);
    if (i > 0) requireSignature(cursor, 'OCHK');
    const checksum = i > 0 ? 4 : 0;
    const header = flags & 4 ? 6 : 4;
    while (cursor.left - checksum >= header) {
      file.spend(1);
      const [type, size, messageFlags] = [cursor.u8(), cursor.u16(), cursor.u8()];
      if (flags & 4) cursor.skip(2);
      if (size > cursor.left - checksum) break;
      add(file, { type, flags: messageFlags, data: cursor.bytes(size) }, messages, blocks, 4);
    }
  }
  return messages;
}

function openBlock(file: FileAccess, { at, length }: Block, blocks: number): Cursor {
  if (length < 0 || length > MAX_BLOCK || blocks > 10_000) throw damagedHdf5('an object header without end');
  return file.cursor(at, length);
}

/** Continuations are followed; everything else is kept. */
function add(file: FileAccess, message: Message, messages: Message[], blocks: Block[], least: number): void {
  messages.push(message);
  if (message.type !== MESSAGE.continuation) return;
  const cursor = cursorOver(file, message.data);
  const [at, length] = [cursor.offset(), cursor.length()];
  if (at < 0 || length < least) throw damagedHdf5('a continuation that leads nowhere');
  blocks.push({ at, length });
}

/** A cursor over the content of a message. */
export function cursorOver(file: FileAccess, data: Uint8Array): Cursor {
  file.spend(1);
  return new Cursor(data, file.widths);
}
