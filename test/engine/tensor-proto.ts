import protobuf from 'protobufjs/minimal.js';

const RAW_DATA = 9;
const FLOAT_DATA = 4;

/** The values of a serialised float32 TensorProto. */
export function floatsOfTensorProto(bytes: Uint8Array): number[] {
  const reader = protobuf.Reader.create(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [field, wireType] = [tag >>> 3, tag & 7];
    if (field === RAW_DATA) {
      const raw = reader.bytes();
      const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
      for (let at = 0; at < raw.byteLength; at += 4) values.push(view.getFloat32(at, true));
    } else if (field === FLOAT_DATA && wireType === 2) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) values.push(reader.float());
    } else {
      reader.skipType(wireType);
    }
  }
  return values;
}
