import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { ByteString, ClusterKey, KeyChange, KeyChanges, KeyDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { followStream } from '../../app/follow-stream.ts';
import { messageOf } from '../../ui/failure.ts';
import { onceAFrame } from '../../ui/once-a-frame.ts';
import { countAll, countOn, type FolderCount } from './folder-counts.ts';
import { addPage, applyChanges, beginLoad, closeFolder, emptyTree, endFlashes, failLoad, isFlat, openFolder, removeFolder, removeRows, stale, type TreeState } from './tree-model.ts';
import type { ViewMode } from './value-view.ts';

/** Rows of a first page, which is to come soon, and of each after it. */
const firstItems = 200;
const pageItems = 1_000;
/** A changed row flashes, and a deleted one is shown struck through, for this long. */
const noticeMs = 1_200;
/** Folder counts asked for at a time. */
const countsAtOnce = 4;
/** Changes held while live updates are paused, or while pages are on their way; more make the tree load anew. */
const maxHeld = 50_000;

/** An edit that was begun and not saved. */
export interface Draft {
  /** The key as it was when the edit began. */
  detail: KeyDetail;
  mode: ViewMode;
  text: string;
}

/** Where the tree was left. */
export interface KeysPlace {
  /** Which tree: separator and root. */
  tree: string;
  /** Row of the keyboard, and the first in sight. */
  active: string | undefined;
  top: string | undefined;
}

export interface KeysState {
  tree: TreeState;
  counts: ReadonlyMap<string, FolderCount>;
  selected: ByteString | undefined;
  drafts: ReadonlyMap<string, Draft>;
  live: boolean;
  /** How many changes wait while live updates are paused. */
  held: number;
  /** The last change of the selected key that the watch has told. */
  news: KeyChange | undefined;
  disconnected: string | undefined;
  /** The level that is being loaded to its end. */
  toEnd: ByteString | undefined;
  /** How often all was read anew, since the watch had to begin again. */
  readings: number;
  left: KeysPlace | undefined;
  load(prefix: ByteString, fresh: boolean): void;
  loadToEnd(prefix: ByteString | undefined): void;
  toggleFolder(prefix: ByteString): void;
  select(key: ByteString | undefined): void;
  /** Without a draft: the edit is saved or given up. */
  keepDraft(key: ByteString, draft: Draft | undefined): void;
  setRoot(root: ByteString, separator: string): void;
  wantCounts(prefixes: readonly ByteString[]): void;
  setLive(live: boolean): void;
  leave(left: KeysPlace | undefined): void;
  /** Begins to follow the cluster; returns what ends it. */
  follow(): () => void;
}

export type KeysStore = UseBoundStore<StoreApi<KeysState>>;

const stores = new Map<ClusterKey, KeysStore>();

/** The tree of a cluster, as it was left: what is open, chosen and edited outlives a look at another page. */
export function keysStoreOf(cluster: ClusterKey, separator: string): KeysStore {
  const store = stores.get(cluster) ?? createKeysStore(cluster, separator);
  stores.set(cluster, store);
  return store;
}

/** Whether there are edits that were begun and not saved, of any cluster. */
export const hasDrafts = (): boolean => [...stores.values()].some((store) => store.getState().drafts.size > 0);

/** The cluster is there no more: one that takes its name has other keys. */
export const forgetKeys = (cluster: ClusterKey): void => void stores.delete(cluster);

/** The tree of one cluster: loads what is opened, follows what changes. */
function createKeysStore(cluster: ClusterKey, separator: string): KeysStore {
  return create<KeysState>((set, get) => {
    const wanted = new Set<ByteString>();
    let counting = 0;
    let generation = 0;
    let loadings = 0;
    /** Told by the watch and not shown yet. */
    let waiting: KeyChange[] = [];
    /** Told since the oldest count on its way was asked for. */
    let uncounted: KeyChange[] = [];

    const setTree = (change: (tree: TreeState) => TreeState): void => set((state) => ({ tree: change(state.tree) }));

    /** A folder without keys is none; the root stays. */
    const removeEmpty = (counts: Iterable<[string, FolderCount]>): void => {
      for (const [prefix, { count: n }] of counts) if (n <= 0 && prefix !== get().tree.root) setTree((tree) => removeFolder(tree, prefix));
    };

    const counted = (prefix: ByteString, known: FolderCount): void => {
      const now = countOn(known, prefix, uncounted);
      set((state) => ({ counts: new Map(state.counts).set(prefix, now) }));
      removeEmpty([[prefix, now]]);
    };

    const count = (): void => {
      while (counting < countsAtOnce && wanted.size > 0) {
        const prefix = wanted.values().next().value!;
        wanted.delete(prefix);
        counting++;
        const begun = generation;
        desk.keys.count
          .query({ cluster, prefix, revision: 0 })
          .then((known) => {
            if (begun === generation) counted(prefix, known);
          })
          .catch(() => {})
          .finally(() => {
            counting--;
            if (counting === 0) uncounted = [];
            count();
          });
      }
    };

    const show = (changes: readonly KeyChange[]): void => {
      const { tree, counts, selected } = get();
      const effect = applyChanges(tree, changes);
      const known = countAll(counts, tree.root, tree.separator, changes);
      const news = selected === undefined ? undefined : changes.findLast((change) => change.key === selected);
      set({ tree: effect.state, counts: known, ...(news ? { news } : {}) });
      if (known !== counts) removeEmpty(known);
      const { batch } = effect.state;
      setTimeout(() => setTree((state) => endFlashes(removeRows(state, effect.left), batch)), noticeMs);
    };

    const frame = onceAFrame(() => {
      const { live } = get();
      if (waiting.length > maxHeld) return reload();
      // What comes while a page is on its way is judged by that page's revision.
      if (!live) return set({ held: waiting.length });
      if (loadings > 0 || waiting.length === 0) return;
      const changes = waiting;
      waiting = [];
      show(changes);
    });

    const take = (update: KeyChanges): void => {
      switch (update.kind) {
        case 'changes':
          for (const change of update.changes) waiting.push(change);
          if (counting > 0) for (const change of update.changes) uncounted.push(change);
          frame.ask();
          return;
        case 'reset':
          reload();
          return;
        case 'disconnected':
          set({ disconnected: update.reason });
          return;
        case 'connected':
          set({ disconnected: undefined });
          for (const [prefix, level] of get().tree.levels) if (level.state === 'error') get().load(prefix as ByteString, level.items.length === 0);
          return;
      }
    };

    /** Begins anew with another tree; what was under way for the old one is not waited for. */
    const begin = (tree: TreeState): void => {
      generation++;
      waiting = [];
      uncounted = [];
      wanted.clear();
      set({ tree, counts: new Map(), held: 0, toEnd: undefined });
      for (const prefix of new Set([tree.root, ...tree.levels.keys()])) get().load(prefix as ByteString, true);
    };
    const reload = (): void => {
      set(({ readings }) => ({ readings: readings + 1 }));
      begin(stale(get().tree));
    };

    return {
      tree: emptyTree('' as ByteString, separator),
      counts: new Map(),
      selected: undefined,
      drafts: new Map(),
      live: true,
      held: 0,
      news: undefined,
      disconnected: undefined,
      toEnd: undefined,
      readings: 0,
      left: undefined,

      load(prefix, fresh) {
        const { tree } = get();
        const level = tree.levels.get(prefix);
        if (level?.state === 'loading') return;
        const after = fresh ? undefined : level?.next;
        const begun = generation;
        const limit = after !== undefined ? pageItems : level && isFlat(level) ? Math.min(Math.max(firstItems, level.items.length), pageItems) : firstItems;
        setTree((state) => beginLoad(state, prefix));
        loadings++;
        desk.keys.children
          .query({ cluster, prefix, separator: tree.separator as ByteString, after, limit, revision: 0 })
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
            frame.ask();
            const { toEnd } = get();
            if (toEnd !== prefix || begun !== generation) return;
            const now = get().tree.levels.get(prefix);
            if (now?.state === 'ready' && now.next !== undefined) get().load(prefix, false);
            else set({ toEnd: undefined });
          });
      },

      loadToEnd(toEnd) {
        set({ toEnd });
        if (toEnd !== undefined) get().load(toEnd, false);
      },

      toggleFolder(prefix) {
        if (get().tree.open.has(prefix)) return setTree((tree) => closeFolder(tree, prefix));
        setTree((tree) => openFolder(tree, prefix));
        get().load(prefix, true);
      },

      select: (selected) => set({ selected, news: undefined }),

      keepDraft(key, draft) {
        const { drafts } = get();
        if (!draft && !drafts.has(key)) return;
        const next = new Map(drafts);
        if (draft) next.set(key, draft);
        else next.delete(key);
        set({ drafts: next });
      },

      setRoot: (root, next) => begin(emptyTree(root, next)),

      wantCounts(prefixes) {
        const { counts } = get();
        for (const prefix of prefixes) if (!counts.has(prefix)) wanted.add(prefix);
        count();
      },

      setLive(live) {
        set({ live, held: 0 });
        frame.ask();
      },

      leave: (left) => set({ left }),

      follow() {
        let begun = false;
        const stopWatching = followStream<KeyChanges>(
          (handlers) => {
            const { root } = get().tree;
            let stream: { unsubscribe(): void } | undefined;
            let ended = false;
            // The watch begins where the listing was read: nothing falls in between.
            desk.keys.count.query({ cluster, prefix: root, revision: 0 }).then(
              (known) => {
                if (ended) return;
                // Whoever shows a key has read it at the beginning, too.
                if (begun) reload();
                else begin(stale(get().tree));
                begun = true;
                set({ counts: new Map([[root, known]]), disconnected: undefined });
                stream = desk.keys.changes.subscribe({ cluster, prefix: '' as ByteString, afterRevision: known.revision }, handlers);
              },
              (error: unknown) => {
                if (ended) return;
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
          frame.cancel();
          stopWatching();
        };
      },
    };
  });
}
