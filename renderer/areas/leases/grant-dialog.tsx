import { Button, Checkbox, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ClusterKey, HexId } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { notifyDone } from '../../ui/notify.ts';

export const defaultTtl = 60;

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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const wanted = id.trim().toLowerCase().replace(/^0+(?=.)/, '');
  const badId = wanted !== '' && !/^[0-9a-f]{1,16}$/.test(wanted);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typeof ttl !== 'number' || badId) return;
    setBusy(true);
    setError(undefined);
    try {
      const lease = await desk.leases.grant.mutate({ cluster, ttl, ...(wanted === '' ? {} : { id: wanted }) });
      if (hold) await desk.leases.hold.mutate({ cluster, lease: lease.id, held: true });
      notifyDone(t('granted', { id: lease.id, n: lease.ttl }));
      granted(lease.id);
      close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <NumberInput label={t('ttlSeconds')} description={t('ttlHint')} min={1} max={9_000_000_000} allowDecimal={false} allowNegative={false} value={ttl} onChange={setTtl} data-autofocus />
        <TextInput label={t('leaseIdOptional')} description={t('leaseIdHint')} classNames={{ input: 'mono' }} value={id} error={badId ? t('badLeaseId') : error} onChange={(event) => setId(event.currentTarget.value)} />
        <Checkbox size="xs" label={t('holdFromNow')} checked={hold} onChange={(event) => setHold(event.currentTarget.checked)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={typeof ttl !== 'number' || badId}>{t('grant')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
