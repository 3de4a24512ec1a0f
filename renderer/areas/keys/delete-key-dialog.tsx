import { useEffect, useState } from 'react';
import type { ByteString, ClusterKey, KeyDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { messageOf } from '../../ui/failure.ts';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';

type Found = { state: 'looking' } | { state: 'failed'; text: string } | { state: 'found'; detail: KeyDetail | undefined };

/** Deletes a key as it is when this is asked: a change since then is a conflict, and deletes nothing. */
export function DeleteKeyDialog({ cluster, name, deleted, close }: { cluster: ClusterKey; name: ByteString; deleted: () => void; close: () => void }) {
  const t = useT();
  const [found, setFound] = useState<Found>({ state: 'looking' });
  useEffect(() => {
    const stop = new AbortController();
    desk.keys.get.query({ cluster, key: name, revision: 0 }, { signal: stop.signal }).then(
      (detail) => !stop.signal.aborted && setFound({ state: 'found', detail }),
      (error: unknown) => !stop.signal.aborted && setFound({ state: 'failed', text: messageOf(error) }),
    );
    return () => stop.abort();
  }, [cluster, name]);
  const detail = found.state === 'found' ? found.detail : undefined;
  const state = found.state === 'looking' ? t('loading') : found.state === 'failed' ? found.text : detail ? `${t('modified')} ${formatNumber(detail.modRevision)} · ${formatBytes(detail.value.length)}` : t('keyAbsent');
  return (
    <ConfirmDialog
      opened title={t('deleteTitle')} confirm={t('delete')} danger disabled={!detail} onClose={close}
      onConfirm={async () => {
        const outcome = await desk.keys.delete.mutate({ cluster, key: name, expectModRevision: detail!.modRevision });
        if (outcome.kind === 'conflict') return t(outcome.current ? 'conflictHint' : 'conflictGone');
        notifyDone(t('deleted', { revision: formatNumber(outcome.revision) }));
        deleted();
        return undefined;
      }}
    >
      <p className="mono key-delete-name">{display(name)}</p>
      <p className="dim num" role="status">{state}</p>
      <p className="dim">{t('deleteHint')}</p>
    </ConfirmDialog>
  );
}
