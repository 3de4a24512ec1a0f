import type { EtcdError } from '../base/etcd-error.ts';

/** The server's end of a streaming call, whatever carries it. */
export interface ServerStream<In, Out> {
  /** False: the client takes no more for now; `onDrain` tells when it does. The message itself is taken. */
  send(message: Out): boolean;
  onMessage(take: (message: In) => void): void;
  /** The client is to send no more until `resume`: what it has sent waits to be worked through. Some may still come. */
  pause(): void;
  resume(): void;
  /** The client has sent its last message. */
  onEnd(run: () => void): void;
  onDrain(run: () => void): void;
  /** The call is over for whatever reason: nothing more can be sent. */
  onClose(run: () => void): void;
  /** Ends the call; without an error, with success. */
  end(error?: EtcdError): void;
}
