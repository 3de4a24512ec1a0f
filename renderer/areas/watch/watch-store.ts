import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { ByteString, ClusterKey, WatchUpdate } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { followStream } from '../../app/follow-stream.ts';
import { codeOf, messageOf } from '../../ui/failure.ts';
import { onceAFrame } from '../../ui/once-a-frame.ts';
import { clear, emptyBuffer, push, setPaused, type EventBuffer } from './event-buffer.ts';

export interface Target {
  key: ByteString;
  scope: 'key' | 'prefix';
  /** 0: from now. */
  startRevision: number;
  puts: boolean;
  deletes: boolean;
}

export interface WatchState {
  target: Target | undefined;
  buffer: EventBuffer;
  /** Events in the last second. */
  rate: number;
  filter: string;
  start(target: Target): void;
  stop(): void;
  pause(paused: boolean): void;
  clear(): void;
  setFilter(filter: string): void;
}

export type WatchStore = UseBoundStore<StoreApi<WatchState>>;

const rateMs = 1_000;
const stores = new Map<ClusterKey, WatchStore>();

/** A cluster's watch, which goes on while another page is looked at. */
export function watchStoreOf(cluster: ClusterKey): WatchStore {
  const store = stores.get(cluster) ?? createWatchStore(cluster);
  stores.set(cluster, store);
  return store;
}

/** The cluster is there no more. */
export function forgetWatch(cluster: ClusterKey): void {
  stores.get(cluster)?.getState().stop();
  stores.delete(cluster);
}

function createWatchStore(cluster: ClusterKey): WatchStore {
  return create<WatchState>((set, get) => {
    let queue: WatchUpdate[] = [];
    let end = (): void => {};
    // A flood costs one render a frame.
    const frame = onceAFrame(() => {
      const updates = queue;
      queue = [];
      if (updates.length > 0) set(({ buffer }) => ({ buffer: push(buffer, updates, Date.now()) }));
    });
    const follow = (target: Target): (() => void) => {
      let counted = 0;
      let resumeAt = target.startRevision;
      let lost = false;
      const take = (update: WatchUpdate): void => {
        lost = update.kind === 'disconnected';
        if (update.kind === 'events') {
          counted += update.events.length;
          resumeAt = update.revision + 1;
        }
        // The gap is shown, and the watch goes on behind it.
        if (update.kind === 'compacted') resumeAt = update.compactRevision;
        queue.push(update);
        frame.ask();
        // The server's last word.
        if (update.kind === 'canceled') get().stop();
      };
      const stop = followStream<WatchUpdate>(
        (handlers) => desk.watch.events.subscribe({ cluster, ...target, startRevision: resumeAt }, handlers),
        take,
        (error) => {
          if (!lost) take({ kind: 'disconnected', reason: messageOf(error) });
          // Its cluster was removed, or goes by another name.
          if (codeOf(error) === 'unknownCluster') get().stop();
        },
      );
      const timer = setInterval(() => {
        if (get().rate !== counted) set({ rate: counted });
        counted = 0;
      }, rateMs);
      return () => {
        stop();
        clearInterval(timer);
        frame.flush();
      };
    };
    return {
      target: undefined,
      buffer: emptyBuffer,
      rate: 0,
      filter: '',
      start(target) {
        end();
        end = follow(target);
        set({ target, rate: 0 });
      },
      stop() {
        end();
        end = () => {};
        set(({ buffer }) => ({ target: undefined, rate: 0, buffer: setPaused(buffer, false) }));
      },
      pause: (paused) => set(({ buffer }) => ({ buffer: setPaused(buffer, paused) })),
      clear: () => set(({ buffer }) => ({ buffer: clear(buffer) })),
      setFilter: (filter) => set({ filter }),
    };
  });
}
