import { connect, type ClientHttp2Session } from 'node:http2';
import type { UnaryMethod } from '../../core/client/etcd-client.ts';

/** A connection that sends what no gRPC library would, and never gives up a call by itself. */
export class WireConnection {
  readonly #session: ClientHttp2Session;

  constructor(endpoint: string) {
    this.#session = connect(endpoint);
    // What is left of a server that was killed: its calls tell.
    this.#session.on('error', () => {});
  }

  /** One unary call with these headers beside gRPC's own. `code text` of the server's status; `open` when it ends without one. */
  call<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({ ':method': 'POST', ':path': method.path, 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'quorate wire', ...headers });
      let status = 'open';
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('error', reject);
      stream.on('end', () => resolve(status));
      stream.resume();
      const body = method.request.encode(request);
      const head = Buffer.alloc(5);
      head.writeUInt32BE(body.length, 1);
      stream.end(Buffer.concat([head, body]));

      function take(got: { 'grpc-status'?: string | string[]; 'grpc-message'?: string | string[] }): void {
        const { 'grpc-status': code, 'grpc-message': text = '' } = got;
        if (code !== undefined) status = `${String(code)} ${decodeURIComponent(String(text))}`.trim();
      }
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
