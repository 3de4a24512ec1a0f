import { Skeleton, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ByteString, ClusterKey, KeysBelow } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { explain } from '../../ui/failure.ts';
import { formatNumber, middle } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';

const shownKeys = 6;
/** More keys than this keep a cluster from other writes for a while. */
const manyKeys = 10_000;

/** Deletes all keys that begin with a prefix, as they were when they were shown, once its name is typed. */
export function DeletePrefixDialog({ cluster, prefix, close }: { cluster: ClusterKey; prefix: ByteString; close: () => void }) {
  const t = useT();
  const [found, setFound] = useState<KeysBelow>();
  const [error, setError] = useState<string>();
  const [looks, setLooks] = useState(0);
  const [typed, setTyped] = useState('');
  const name = display(prefix);
  useEffect(() => {
    const stop = new AbortController();
    desk.keys.below.query({ cluster, prefix, limit: shownKeys }, { signal: stop.signal }).then(
      (keys) => !stop.signal.aborted && setFound(keys),
      (failure: unknown) => !stop.signal.aborted && setError(explain(t, failure)),
    );
    return () => stop.abort();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language alone changes `t`
  }, [cluster, prefix, looks]);
  return (
    <ConfirmDialog
      opened title={t('deleteBelowTitle')} confirm={t('delete')} danger disabled={!found || found.count === 0 || typed !== name} onClose={close}
      onConfirm={async () => {
        const outcome = await desk.keys.deletePrefix.mutate({ cluster, prefix, revision: found!.revision });
        if (outcome.kind === 'conflict') {
          setTyped('');
          setLooks(looks + 1);
          return t('deleteBelowConflict');
        }
        notifyDone(t('deletedBelow', { n: formatNumber(outcome.count), revision: formatNumber(outcome.revision) }));
        return undefined;
      }}
    >
      <p className="mono key-delete-name">{middle(name, 400)}</p>
      {error !== undefined ? <p className="dialog-problem" role="alert">{error}</p> : !found ? <Skeleton height={110} /> : (
        <>
          <p className="forecast" data-bad={found.count > 0 || undefined}>{t('deleteBelowCount', { n: formatNumber(found.count) })}</p>
          <ul className="lease-key-names mono">
            {found.keys.map((key) => <li key={key}>{middle(display(key), 80)}</li>)}
            {found.count > found.keys.length && <li className="dim">…</li>}
          </ul>
          <p className="dim plan-hint">{t('deleteBelowHint', { revision: formatNumber(found.revision) })}{found.count > manyKeys && ` ${t('deleteBelowMany')}`}</p>
        </>
      )}
      <TextInput mt={12} label={t('typeName')} classNames={{ input: 'mono' }} value={typed} placeholder={middle(name, 60)} onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus autoComplete="off" spellCheck={false} />
    </ConfirmDialog>
  );
}
