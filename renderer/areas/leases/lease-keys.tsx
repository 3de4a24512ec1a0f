import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconKey, IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import type { ByteString, ClusterKey, HexId } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { formatNumber } from '../../ui/format.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { useRows } from '../../ui/use-rows.ts';
import { useLeaseDetails } from './use-lease-details.ts';

const rowPx = 26;
const pageKeys = 1_000;

/** The keys under a lease; one leads to the key. */
export function LeaseKeysPanel({ cluster, lease, close }: { cluster: ClusterKey; lease: HexId; close: () => void }) {
  const t = useT();
  const wantKey = useUi((state) => state.wantKey);
  const [keys, setKeys] = useState<ByteString[]>();
  const [total, setTotal] = useState(0);
  const [error, setError] = useState<string>();
  const load = useCallback(
    (offset: number): void => {
      setError(undefined);
      desk.leases.keys.query({ cluster, lease, offset, limit: pageKeys }).then(
        (page) => {
          setKeys((old) => [...(offset === 0 ? [] : (old ?? [])), ...page.keys]);
          setTotal(page.total);
        },
        (failure: unknown) => setError(messageOf(failure)),
      );
    },
    [cluster, lease],
  );
  const { known } = useLeaseDetails(cluster, [lease]);
  const count = known.get(lease)?.detail.keyCount;
  useEffect(() => load(0), [load, count]);
  return (
    <aside className="lease-panel" aria-label={`${t('attachedKeys')} ${lease}`}>
      <header className="lease-panel-head">
        <span className="mono lease-id">{lease}</span>
        <span className="dim num">{keys && t('keysN', { n: formatNumber(total) })}</span>
        <span className="rail-space" />
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('close')} onClick={close}><IconX size={15} /></ActionIcon>
      </header>
      {error !== undefined ? <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={error} action={{ label: t('retry'), run: () => load(0) }} />
        : !keys ? <StatePanel icon={<IconKey size={20} />} title={t('loading')} busy />
        : keys.length === 0 ? <StatePanel icon={<IconKey size={20} />} title={t('noLeaseKeys')} text={t('noLeaseKeysHint')} />
        : <Names keys={keys} open={wantKey} />}
      {keys && keys.length < total && <Button variant="subtle" onClick={() => load(keys.length)}>{t('loadMore')}</Button>}
    </aside>
  );
}

function Names({ keys, open }: { keys: readonly ByteString[]; open: (key: ByteString) => void }) {
  const { scroller, indexes, heightPx, topOf } = useRows({ count: keys.length, rowPx });
  return (
    <div className="lease-scroll" ref={scroller}>
      <div style={{ height: heightPx, position: 'relative' }}>
        {indexes.map((index) => (
          <div key={index} className="history-place" style={{ transform: `translateY(${topOf(index)}px)`, height: rowPx }}>
            <button type="button" className="lease-key mono" title={display(keys[index]!)} onClick={() => open(keys[index]!)}>{display(keys[index]!)}</button>
          </div>
        ))}
      </div>
    </div>
  );
}
