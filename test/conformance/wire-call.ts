import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { UnaryMethod } from '../../core/client/etcd-client.ts';

const asGrpc: OutgoingHttpHeaders = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'quorate wire' };

/** A message as gRPC frames it; its length and its flag may be said otherwise than they are. */
export function framed(body: Uint8Array, { flag = 0, length = body.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

/** A connection that sends what no gRPC library would, and never gives up a call by itself. */
export class WireConnection {
  readonly #session: ClientHttp2Session;

  constructor(endpoint: string) {
    this.#session = connect(endpoint);
    // What is left of a server that was killed: its calls tell.
    this.#session.on('error', () => {});
  }

  /** One unary call with these headers beside gRPC's own. `code text` of the server's status; `open` when it ends without one. */
  call<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>, headers: OutgoingHttpHeaders = {}): Promise<string> {
    return this.ask({ ':path': method.path, ...headers }, framed(method.request.encode(request)));
  }

  /** Any headers and any body. The HTTP status stands before the gRPC one when it is not 200; a stream that is cut says with which code. */
  ask(headers: OutgoingHttpHeaders, body: Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      const stream = this.#session.request({ ...asGrpc, ...headers });
      let http = '';
      let status = 'open';
      const take = (got: IncomingHttpHeaders): void => {
        const { ':status': code, 'grpc-status': grpc, 'grpc-message': text = '' } = got;
        if (code !== undefined && Number(code) !== 200) http = `${code} `;
        if (grpc !== undefined) status = `${String(grpc)} ${decodeURIComponent(String(text))}`.trim();
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('error', () => resolve(`reset ${stream.rstCode}`));
      stream.on('end', () => resolve(http + status));
      stream.resume();
      stream.end(body);
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
