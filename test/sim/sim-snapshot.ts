import type { PeerHandler, SnapshotBody } from '../../core/ports/network.ts';
import type { Message } from '../../core/raft/types.ts';
import { decodeMessage, encodeMessage } from '../../core/wal/raft-codec.ts';

export interface Carriage {
  sender: PeerHandler | undefined;
  receiver: PeerHandler | undefined;
  /** Both ends live, and the way there is open. */
  flows(): boolean;
  /** The sender lives, and the way back is open. */
  returns(): boolean;
  /** Resolves when the time is over that a piece takes on its way. */
  pass(): Promise<void>;
  later(delayMs: number): Promise<void>;
}

/** How often the sender looks whether its connection still stands, simulated milliseconds. */
const lookMs = 100;

/** Carries a snapshot chunk by chunk, each an event: a cut or a crash of either side breaks it off, and whoever lives learns so. */
export async function carrySnapshot(message: Message, body: SnapshotBody, lost: boolean, way: Carriage): Promise<void> {
  const bytes = encodeMessage(message);
  let over = false;
  const broken = (): boolean => over || !way.flows();
  async function* crossing(): AsyncGenerator<Uint8Array> {
    for (const chunk of body.chunks()) {
      const copy = chunk.slice();
      await way.pass();
      if (broken()) throw new Error('the snapshot broke off');
      yield copy;
      if (broken()) throw new Error('the snapshot broke off');
    }
  }
  const deliver = async (): Promise<boolean> => {
    await way.pass();
    if (lost || broken() || !way.receiver) return false;
    return way.receiver.receiveSnapshot(decodeMessage(bytes), body.byteLength, crossing()).then(() => true, () => false);
  };
  // A receiver that crashed in the middle answers nothing.
  const watch = async (): Promise<boolean> => {
    while (!broken()) await way.later(lookMs);
    return false;
  };
  const stored = await Promise.race([deliver(), watch()]);
  over = true;
  body.close();
  await way.pass();
  if (!way.sender) return;
  // A lost answer is a failure, though the snapshot is stored.
  const ok = stored && way.returns();
  if (!ok) way.sender.unreachable(message.to);
  way.sender.snapshotSent(message.to, ok);
}
