import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconFileDiff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Code } from '../../../core/base/etcd-error.ts';
import type { ByteString, ClusterKey, HistoryEntry } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { grpcCodeOf, messageOf } from '../../ui/failure.ts';
import { useT } from '../../i18n/index.ts';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { DiffView } from './diff-view.tsx';

/** Together; larger values are compared only when that is asked for. */
const guardBytes = 2 * 1024 * 1024;

interface HistoryDiffProps {
  cluster: ClusterKey;
  keyBytes: ByteString;
  entries: readonly HistoryEntry[];
  from: number | undefined;
  to: number;
  /** Reads the history again: what was compacted meanwhile is in it no more. */
  reload: () => void;
}

type Values = { kind: 'loading' } | { kind: 'error'; text: string; /** It is gone for good. */ compacted: boolean } | { kind: 'values'; older: string | undefined; newer: string | undefined };

const sizeOf = (entry: HistoryEntry | undefined): number => (entry?.kind === 'put' ? entry.valueBytes : 0);

/** The values of two revisions beside each other. They are read when they are chosen, never with the list. */
export function HistoryDiff({ cluster, keyBytes, entries, from, to, reload }: HistoryDiffProps) {
  const t = useT();
  const find = (revision: number | undefined): HistoryEntry | undefined => entries.find((entry) => entry.modRevision === revision);
  const older = find(from);
  const newer = find(to);
  const bytes = sizeOf(older) + sizeOf(newer);
  const id = `${from}:${to}`;
  const [allowed, setAllowed] = useState<string>();
  const open = bytes <= guardBytes || allowed === id;
  return (
    <section className="history-diff">
      <h3 className="history-diff-title">
        {older === undefined ? t('revisionAlone', { to: formatNumber(to) }) : t('revisionsCompared', { from: formatNumber(from), to: formatNumber(to) })}
        <span className="dim"> {older && `${t(older.kind === 'delete' ? 'del' : 'put')} → `}{newer && t(newer.kind === 'delete' ? 'del' : 'put')}</span>
      </h3>
      <div className="history-diff-body">
        {open ? <Compared key={id} cluster={cluster} keyBytes={keyBytes} older={older} newer={newer} reload={reload} /> : (
          <StatePanel icon={<IconFileDiff size={20} />} title={t('bigDiff', { size: formatBytes(bytes) })} text={t('bigValueHint')} action={{ label: t('compare'), run: () => setAllowed(id) }} />
        )}
      </div>
    </section>
  );
}

interface ComparedProps extends Pick<HistoryDiffProps, 'cluster' | 'keyBytes' | 'reload'> {
  older: HistoryEntry | undefined;
  newer: HistoryEntry | undefined;
}

function Compared({ cluster, keyBytes, older, newer, reload }: ComparedProps) {
  const t = useT();
  const [values, setValues] = useState<Values>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [olderPut, newerPut] = [older, newer].map((entry) => (entry?.kind === 'put' ? entry.modRevision : undefined));
  useEffect(() => {
    const stop = new AbortController();
    const read = async (revision: number | undefined): Promise<string | undefined> =>
      revision === undefined ? undefined : (await desk.keys.get.query({ cluster, key: keyBytes, revision }, { signal: stop.signal }))?.value;
    Promise.all([read(olderPut), read(newerPut)]).then(
      ([old, now]) => {
        if (!stop.signal.aborted) setValues({ kind: 'values', older: old, newer: now });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setValues({ kind: 'error', text: messageOf(error), compacted: grpcCodeOf(error) === Code.outOfRange });
      },
    );
    return () => stop.abort();
  }, [cluster, keyBytes, olderPut, newerPut, attempt]);
  switch (values.kind) {
    case 'loading':
      return <div className="key-panel-waiting"><Skeleton height={14} width="70%" /><Skeleton height={14} width="50%" /></div>;
    case 'error':
      return <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={values.text} action={{ label: t('retry'), run: () => (values.compacted ? reload() : setAttempt(attempt + 1)) }} />;
    case 'values':
      return <DiffView older={values.older} newer={values.newer} />;
  }
}
