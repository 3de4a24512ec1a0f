/** A field of a message, as JSON sees it. */
export interface JsonField {
  /** In the .proto file and in JSON. */
  name: string;
  /** In the decoded message. */
  as: string;
  kind: 'string' | 'bytes' | 'bool' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'enum' | 'message';
  /** The enum or the message, by name. */
  of?: string;
  /** A 64-bit field that is a number in the decoded message, not a bigint. */
  number?: boolean;
  repeated?: boolean;
  /** Of the fields with the same name here at most one is set. */
  oneof?: string;
}

interface JsonCodec {
  // The gateway's table holds codecs of many types.
  encode(message: never): Uint8Array;
  decode(bytes: Uint8Array): object;
}

/** A path of the JSON gateway, and the method it calls. */
export interface JsonRoute {
  post: string;
  /** `/package.Service/Method`. */
  rpc: string;
  request: { type: string; codec: JsonCodec };
  response: { type: string; codec: JsonCodec };
  requestStream: boolean;
  responseStream: boolean;
}
