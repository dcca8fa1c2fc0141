/** Writes weights in the containers of PyTorch, byte by byte as their documentation has them. */

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** In zip files: place of the tensor whose values this one shares. */
  readonly over?: number;
}

const ascii = (text: string) => Buffer.from(text, 'latin1');

function uint(value: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  for (let i = 0, rest = value; i < bytes; i++, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

const text = (value: string) =>
  Buffer.concat([ascii('X'), uint(Buffer.byteLength(value), 4), Buffer.from(value)]);
const whole = (value: number) => Buffer.concat([ascii('J'), uint(value, 4)]);
const tuple = (values: readonly number[]) => Buffer.concat([ascii('('), ...values.map(whole), ascii('t')]);

function strides(shape: readonly number[]): number[] {
  return shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
}

/** An ordered dictionary of tensors; what stands around it is the caller's. */
export function stateDictPickle(tensors: readonly TensorToWrite[], legacy = false): Buffer {
  const parts = [ascii('\x80\x02ccollections\nOrderedDict\n)R(')];
  for (const [i, { name, shape, over = i }] of tensors.entries()) {
    const { data } = tensors[over] ?? { data: new Float32Array() };
    parts.push(
      text(name),
      ascii('ctorch._utils\n_rebuild_tensor_v2\n(('),
      text('storage'),
      ascii('ctorch\nFloatStorage\n'),
      text(String(over)),
      text('cpu'),
      whole(data.length),
      ascii(legacy ? 'Nt' : 't'),
      ascii('Q'),
      whole(0),
      tuple(shape),
      tuple(strides(shape)),
      ascii('\x89ccollections\nOrderedDict\n)RtR'),
    );
  }
  parts.push(ascii('u.'));
  return Buffer.concat(parts);
}

const bytesOf = ({ data }: TensorToWrite) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** A zip archive with data descriptors and sizes of 0 in front, as PyTorch's writer leaves it. */
export function writeTorchZip(
  tensors: readonly TensorToWrite[],
  pickle = stateDictPickle(tensors),
  root = 'archive',
): Buffer {
  const files: [string, Buffer][] = [
    [`${root}/data.pkl`, pickle],
    [`${root}/byteorder`, ascii('little')],
    ...tensors.flatMap((tensor, i): [string, Buffer][] =>
      tensor.over === undefined ? [[`${root}/data/${i}`, bytesOf(tensor)]] : [],
    ),
    [`${root}/version`, ascii('3\n')],
  ];
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const padding = (64 - ((at + 30 + name.length + 4) % 64)) % 64;
    const extra = Buffer.concat([ascii('FB'), uint(padding, 2), Buffer.alloc(padding, 0x5a)]);
    const local = Buffer.concat([
      uint(0x04034b50, 4),
      uint(0, 2),
      uint(0x0808, 2),
      Buffer.alloc(2 + 4 + 12),
      uint(name.length, 2),
      uint(extra.length, 2),
      ascii(name),
      extra,
    ]);
    const descriptor = Buffer.concat([
      uint(0x08074b50, 4),
      uint(0, 4),
      uint(content.length, 4),
      uint(content.length, 4),
    ]);
    parts.push(local, content, descriptor);
    directory.push(
      Buffer.concat([
        uint(0x02014b50, 4),
        uint(0, 2),
        uint(0, 2),
        uint(0x0808, 2),
        Buffer.alloc(2 + 4 + 4),
        uint(content.length, 4),
        uint(content.length, 4),
        uint(name.length, 2),
        Buffer.alloc(2 + 2 + 2 + 2 + 4),
        uint(at, 4),
        ascii(name),
      ]),
    );
    at += local.length + content.length + descriptor.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.concat([
    uint(0x06054b50, 4),
    Buffer.alloc(4),
    uint(files.length, 2),
    uint(files.length, 2),
    uint(size, 4),
    uint(at, 4),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}

const MAGIC = Buffer.from('80028a0a6cfc9c46f920' + '6aa850192e', 'hex');

export function writeTorchStream(tensors: readonly TensorToWrite[]): Buffer {
  const system = Buffer.concat([ascii('\x80\x02}'), text('little_endian'), ascii('\x88s.')]);
  const keys = Buffer.concat([ascii('\x80\x02]('), ...tensors.map((_, i) => text(String(i))), ascii('e.')]);
  return Buffer.concat([
    MAGIC,
    ascii('\x80\x02M\xe9\x03.'),
    system,
    stateDictPickle(tensors, true),
    keys,
    ...tensors.flatMap((tensor) => [uint(tensor.data.length, 8), bytesOf(tensor)]),
  ]);
}

export function writeTorchTar(tensors: readonly TensorToWrite[]): Buffer {
  const one = (value: Buffer) => Buffer.concat([ascii('\x80\x02'), value, ascii('.')]);
  const storages = Buffer.concat([
    one(whole(tensors.length)),
    ...tensors.flatMap((tensor, i) => [
      one(Buffer.concat([ascii('('), whole(i), text('cpu'), ascii('ctorch\nFloatStorage\nt')])),
      uint(tensor.data.length, 8),
      bytesOf(tensor),
    ]),
    one(ascii(']')),
  ]);
  const views = Buffer.concat([
    one(whole(tensors.length)),
    ...tensors.flatMap(({ shape }, i) => [
      one(Buffer.concat([ascii('('), whole(1000 + i), whole(i), ascii('ctorch\nFloatTensor\nt')])),
      uint(shape.length, 4),
      Buffer.alloc(4),
      ...shape.map((dim) => uint(dim, 8)),
      ...strides(shape).map((step) => uint(step, 8)),
      Buffer.alloc(8),
    ]),
  ]);
  const pickle = Buffer.concat([
    ascii('\x80\x02ccollections\nOrderedDict\n)R('),
    ...tensors.flatMap(({ name }, i) => [text(name), text(String(1000 + i)), ascii('Q')]),
    ascii('u.'),
  ]);
  const member = (name: string, content: Buffer) => {
    const head = Buffer.alloc(512);
    head.write(name, 0, 'latin1');
    head.write(content.length.toString(8).padStart(11, '0'), 124, 'latin1');
    head.write('ustar\x0000', 257, 'latin1');
    return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
  };
  return Buffer.concat([
    member('sys_info', one(ascii('}'))),
    member('pickle', pickle),
    member('tensors', views),
    member('storages', storages),
    Buffer.alloc(1024),
  ]);
}

export function writeSafetensors(tensors: readonly TensorToWrite[]): Buffer {
  let at = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const from = at;
    at += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [from, at] }] as const;
  });
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  return Buffer.concat([uint(header.length, 8), header, ...tensors.map(bytesOf)]);
}
