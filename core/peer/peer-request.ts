import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { socketPathOf } from '../node/listen.ts';

/**
 * A request for a path on the peer port at this URL: `http://host:port`, or `unix://name` of a socket file. The log may tell of
 * others, for etcd takes what it is given: throws an Error when there is no asking at this one.
 */
export function requestPeer(peerUrl: string, path: string, options: RequestOptions): ClientRequest {
  const socketPath = socketPathOf(peerUrl);
  if (socketPath !== undefined) return httpRequest({ ...options, path, socketPath });
  if (/^(https|unixs):/i.test(peerUrl)) throw new Error(`${peerUrl} needs TLS, which is not available in this release`);
  if (!/^http:/i.test(peerUrl) || !URL.canParse(peerUrl)) throw new Error(`"${peerUrl}" is not an address that can be dialled`);
  return httpRequest(new URL(path, peerUrl), options);
}
