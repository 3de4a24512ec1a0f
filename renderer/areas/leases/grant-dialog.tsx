import { Checkbox, Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { maxTtl } from '../../../core/contract/limits.ts';
import type { ClusterKey, HexId } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { readLeaseId } from '../../ui/lease-id.ts';
import { notifyDone } from '../../ui/notify.ts';

const defaultTtl = 60;

export function GrantDialog({ cluster, granted }: { cluster: ClusterKey; granted: (id: HexId) => void }) {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'grantLease'} onClose={() => setDialog(undefined)} title={t('grantLease')} size={420}>
      <GrantForm cluster={cluster} granted={granted} close={() => setDialog(undefined)} />
    </Modal>
  );
}

function GrantForm({ cluster, granted, close }: { cluster: ClusterKey; granted: (id: HexId) => void; close: () => void }) {
  const t = useT();
  const [ttl, setTtl] = useState<number | string>(defaultTtl);
  const [id, setId] = useState('');
  const [hold, setHold] = useState(false);
  const wanted = readLeaseId(id);
  const badId = id.trim() !== '' && wanted === undefined;
  return (
    <DialogForm
      confirm={t('grant')} disabled={typeof ttl !== 'number' || badId} onClose={close}
      onSubmit={async () => {
        const lease = await desk.leases.grant.mutate({ cluster, ttl: Number(ttl), ...(wanted === undefined ? {} : { id: wanted }) });
        if (hold) await desk.leases.hold.mutate({ cluster, lease: lease.id, held: true });
        notifyDone(t('granted', { id: lease.id, n: lease.ttl }));
        granted(lease.id);
        close();
      }}
    >
      <NumberInput label={t('ttlSeconds')} description={t('ttlHint')} min={1} max={maxTtl} allowDecimal={false} allowNegative={false} value={ttl} onChange={setTtl} data-autofocus />
      <TextInput label={t('leaseIdOptional')} description={t('leaseIdHint')} classNames={{ input: 'mono' }} value={id} error={badId ? t('badLeaseId') : undefined} onChange={(event) => setId(event.currentTarget.value)} />
      <Checkbox size="xs" label={t('holdFromNow')} checked={hold} onChange={(event) => setHold(event.currentTarget.checked)} />
    </DialogForm>
  );
}
