import { useCallback, useEffect, useRef, useState } from 'react';
import type { ByteString, ClusterKey, HistoryPage } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { emptyHistory, firstPage, newerPage, olderPage, type HistoryState } from './history-model.ts';

/** Each entry costs a request, one after the other: the first page is small, so that it comes soon. */
const firstEntries = 40;
const pageEntries = 100;

export interface History {
  state: HistoryState;
  change: (next: (state: HistoryState) => HistoryState) => void;
  loadOlder: () => void;
  reload: () => void;
}

/** The key's history: from now on, following `newest`; or from a revision back, where nothing new can come. */
export function useHistory(cluster: ClusterKey, key: ByteString, newest: number, from: number | undefined): History {
  const [state, setState] = useState(emptyHistory);
  const run = useRef<AbortController>(undefined);
  const load = useCallback(
    (before: number, limit: number, merge: (state: HistoryState, page: HistoryPage) => HistoryState): void => {
      run.current?.abort();
      const own = new AbortController();
      run.current = own;
      setState((old) => ({ ...old, state: 'loading', error: undefined }));
      desk.keys.history.query({ cluster, key, before, limit }, { signal: own.signal }).then(
        (page) => {
          if (!own.signal.aborted) setState((old) => merge(old, page));
        },
        (error: unknown) => {
          if (!own.signal.aborted) setState((old) => ({ ...old, state: 'error', error: messageOf(error) }));
        },
      );
    },
    [cluster, key],
  );
  const reload = useCallback((): void => load(from === undefined ? 0 : from + 1, firstEntries, (_, page) => firstPage(page)), [load, from]);
  useEffect(() => {
    setState(emptyHistory);
    reload();
    return () => run.current?.abort();
  }, [reload]);
  const known = state.entries[0]?.modRevision;
  const idle = state.state === 'ready';
  useEffect(() => {
    if (idle && from === undefined && known !== undefined && newest > known) load(0, firstEntries, newerPage);
  }, [idle, from, known, newest, load]);
  const loadOlder = useCallback((): void => {
    if (state.next !== undefined) load(state.next, pageEntries, olderPage);
  }, [state.next, load]);
  return { state, change: setState, loadOlder, reload };
}
