import { Button, Progress, Select, TextInput } from '@mantine/core';
import { IconCircleCheck, IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ClusterStatus, ClusterSummary } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { explain } from '../../ui/failure.ts';
import { formatBytes } from '../../ui/format.ts';
import { notifyError } from '../../ui/notify.ts';
import { useSnapshots } from './snapshot-store.ts';

/** Two snapshots of one day do not get one name. */
const stamp = (): string => new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');

/** Saves a member's snapshot to a file: streamed, shown as it comes, checked at its end. */
export function Snapshot({ cluster, status }: { cluster: ClusterSummary; status: ClusterStatus }) {
  const t = useT();
  const able = status.members.filter((member) => member.dbSizeBytes !== undefined && member.role !== 'unstarted');
  const [member, setMember] = useState<string>();
  const [path, setPath] = useState('');
  const { runs, save: begin, giveUp } = useSnapshots();
  const run = runs.get(cluster.key);
  const saved = run?.kind === 'saved' ? run.path : undefined;
  useEffect(() => {
    let gone = false;
    desk.info.query().then(
      ({ dataFolder }) => {
        // A name that was used is given up for a new one.
        if (!gone) setPath((old) => (old === '' || old === saved ? `${dataFolder}/snapshots/${cluster.name}-${stamp()}.db` : old));
      },
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [cluster.name, saved]);
  // Reading all of it costs the member time: rather a follower's than the leader's.
  const from = able.find(({ id }) => id === member) ?? able.find(({ role }) => role === 'follower') ?? able[0];
  const busy = run?.kind === 'progress';
  const save = (): void => begin(cluster.key, from!.id, path.trim());
  // Only the desktop can ask for a place on this machine.
  const { quorate: desktop } = window;
  const choose = (): void => {
    desktop!.chooseFile(path).then((chosen) => chosen !== undefined && setPath(chosen), (error: unknown) => notifyError(t('errorTitle'), error));
  };
  return (
    <section className="panel">
      <h2 className="panel-title">{t('snapshot')}</h2>
      <p className="panel-text">{t('snapshotHint')}</p>
      <div className="panel-row">
        <Select size="xs" className="snapshot-member" aria-label={t('snapshotFrom')} data={able.map(({ id, name }) => ({ value: id, label: name || id }))} value={from?.id ?? null} onChange={(value) => setMember(value ?? undefined)} disabled={busy} allowDeselect={false} />
        <TextInput className="mono snapshot-path" aria-label={t('snapshotPath')} value={path} title={path} onChange={(event) => setPath(event.currentTarget.value)} disabled={busy} />
        {desktop && <Button variant="default" disabled={busy} onClick={choose}>{t('chooseFile')}</Button>}
        {busy ? <Button variant="default" onClick={() => giveUp(cluster.key)}>{t('cancel')}</Button> : <Button disabled={!from || path.trim() === ''} onClick={save}>{t('saveSnapshot')}</Button>}
      </div>
      {run?.kind === 'progress' && (
        <div className="snapshot-progress">
          <Progress value={run.totalBytes > 0 ? (run.bytes / run.totalBytes) * 100 : 0} size="sm" aria-label={t('saveSnapshot')} />
          <span className="num dim">{run.totalBytes > 0 ? `${formatBytes(run.bytes)} / ${formatBytes(run.totalBytes)}` : t('loading')}</span>
        </div>
      )}
      {run?.kind === 'saved' && (
        <div className="snapshot-done" role="status">
          <IconCircleCheck size={15} aria-hidden />
          <span>{t('snapshotSaved', { size: formatBytes(run.bytes) })} <span className="mono">{run.path}</span></span>
          {run.download !== undefined && <Button component="a" href={run.download} download variant="default" size="compact-xs" leftSection={<IconDownload size={13} />}>{t('download')}</Button>}
        </div>
      )}
      {run?.kind === 'failed' && <p className="panel-problem" role="alert">{explain(t, run.error)}</p>}
    </section>
  );
}
