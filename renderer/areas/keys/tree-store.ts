import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { ByteString, ClusterKey, KeyChange, KeyChanges } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { followStream } from '../../app/use-stream.ts';
import { addPage, applyChanges, beginLoad, closeFolder, emptyTree, failLoad, removeFolder, removeRows, toggle, type TreeState } from './tree-model.ts';

/** Rows asked for at once. */
const pageItems = 200;
/** A deleted row is shown struck through for this long. */
const leaveMs = 1_200;
/** Folder counts asked for at a time. */
const countsAtOnce = 4;
/** Changes held while live updates are paused; more make the tree load anew. */
const maxHeld = 50_000;

export interface KeysState {
  tree: TreeState;
  counts: ReadonlyMap<string, number>;
  selected: ByteString | undefined;
  live: boolean;
  held: KeyChange[];
  /** The last change of the selected key that the watch has told. */
  news: KeyChange | undefined;
  disconnected: string | undefined;
  load(prefix: ByteString, fresh: boolean): void;
  toggleFolder(prefix: ByteString): void;
  select(key: ByteString | undefined): void;
  setRoot(root: ByteString, separator: string): void;
  wantCounts(prefixes: readonly ByteString[]): void;
  setLive(live: boolean): void;
  /** Begins to follow the cluster; returns what ends it. */
  follow(): () => void;
}

export type KeysStore = UseBoundStore<StoreApi<KeysState>>;

/** The tree of one cluster: loads what is opened, follows what changes. */
export function createKeysStore(cluster: ClusterKey, separator: string): KeysStore {
  return create<KeysState>((set, get) => {
    const wanted = new Set<ByteString>();
    let counting = 0;
    let generation = 0;
    let loadings = 0;
    let early: KeyChange[] = [];

    const setTree = (change: (tree: TreeState) => TreeState): void => set((state) => ({ tree: change(state.tree) }));

    const count = (): void => {
      while (counting < countsAtOnce && wanted.size > 0) {
        const prefix = wanted.values().next().value!;
        wanted.delete(prefix);
        counting++;
        const begun = generation;
        desk.keys.count
          .query({ cluster, prefix, revision: 0 })
          .then(({ count: n }) => {
            if (begun !== generation) return;
            set((state) => ({ counts: new Map(state.counts).set(prefix, n) }));
            if (n === 0) setTree((tree) => removeFolder(tree, prefix));
          })
          .catch(() => {})
          .finally(() => {
            counting--;
            count();
          });
      }
    };

    const apply = (changes: readonly KeyChange[]): void => {
      const { tree, counts, selected } = get();
      const effect = applyChanges(tree, changes);
      const news = selected === undefined ? undefined : changes.findLast((change) => change.key === selected);
      set({ tree: effect.state, ...(news ? { news } : {}) });
      for (const prefix of effect.stale) if (counts.has(prefix)) wanted.add(prefix as ByteString);
      count();
      if (effect.left.length > 0) setTimeout(() => setTree((state) => removeRows(state, effect.left)), leaveMs);
    };

    const take = (update: KeyChanges): void => {
      const { live, held } = get();
      switch (update.kind) {
        case 'changes':
          if (!live) {
            if (held.length + update.changes.length > maxHeld) get().setRoot(get().tree.root, get().tree.separator);
            else set({ held: [...held, ...update.changes] });
          } else if (loadings > 0) early.push(...update.changes);
          else apply(update.changes);
          return;
        case 'reset':
          get().setRoot(get().tree.root, get().tree.separator);
          return;
        case 'disconnected':
          set({ disconnected: update.reason });
          return;
        case 'connected':
          set({ disconnected: undefined });
          return;
      }
    };

    return {
      tree: emptyTree('' as ByteString, separator),
      counts: new Map(),
      selected: undefined,
      live: true,
      held: [],
      news: undefined,
      disconnected: undefined,

      load(prefix, fresh) {
        const { tree } = get();
        const level = tree.levels.get(prefix);
        if (level?.state === 'loading') return;
        const after = fresh ? undefined : level?.next;
        const begun = generation;
        setTree((state) => beginLoad(state, prefix));
        loadings++;
        desk.keys.children
          .query({ cluster, prefix, separator: tree.separator as ByteString, after, limit: pageItems, revision: 0 })
          .then(
            (page) => {
              if (begun === generation) setTree((state) => addPage(state, prefix, page, after === undefined));
            },
            (error: unknown) => {
              if (begun === generation) setTree((state) => failLoad(state, prefix, messageOf(error)));
            },
          )
          .finally(() => {
            loadings--;
            if (loadings > 0 || early.length === 0) return;
            // What came while a page was on its way is judged by that page's revision.
            const changes = early;
            early = [];
            apply(changes);
          });
      },

      toggleFolder(prefix) {
        setTree((tree) => toggle(tree, prefix));
        const { tree, load } = get();
        if (tree.open.has(prefix)) load(prefix, !tree.levels.has(prefix) || tree.levels.get(prefix)!.state === 'error');
        // A closed folder is not followed: its level is loaded anew when it is opened again.
        else setTree((state) => ({ ...closeFolder(state, prefix), levels: new Map([...state.levels].filter(([name]) => !name.startsWith(prefix))) }));
      },

      select: (selected) => set({ selected, news: undefined }),

      setRoot(root, next) {
        generation++;
        early = [];
        wanted.clear();
        set({ tree: emptyTree(root, next), counts: new Map(), held: [] });
        get().load(root, true);
      },

      wantCounts(prefixes) {
        const { counts } = get();
        for (const prefix of prefixes) if (!counts.has(prefix)) wanted.add(prefix);
        count();
      },

      setLive(live) {
        const { held } = get();
        set({ live, held: [] });
        if (live && held.length > 0) apply(held);
      },

      follow() {
        const stopWatching = followStream<KeyChanges>(
          (handlers) => {
            const { root } = get().tree;
            let stream: { unsubscribe(): void } | undefined;
            let ended = false;
            // The watch begins where the listing was read: nothing falls in between.
            desk.keys.count.query({ cluster, prefix: root, revision: 0 }).then(
              ({ revision }) => {
                if (ended) return;
                get().setRoot(get().tree.root, get().tree.separator);
                stream = desk.keys.changes.subscribe({ cluster, prefix: '' as ByteString, afterRevision: revision }, handlers);
              },
              (error: unknown) => {
                setTree((tree) => failLoad(tree, root, messageOf(error)));
                handlers.onError(error);
              },
            );
            return {
              unsubscribe: () => {
                ended = true;
                stream?.unsubscribe();
              },
            };
          },
          take,
          (error) => set({ disconnected: messageOf(error) }),
        );
        return () => {
          generation++;
          stopWatching();
        };
      },
    };
  });
}
