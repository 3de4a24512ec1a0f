import { Button, Group, Modal, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ClusterKey, HexId, KeyDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { notifyDone } from '../../ui/notify.ts';

type Choice = 'none' | 'existing' | 'new';

/** Puts a key under a lease, or takes it from one: its value is written anew, unchanged, guarded by its revision. */
export function LeaseDialog({ cluster, detail, close }: { cluster: ClusterKey; detail: KeyDetail; close: () => void }) {
  const t = useT();
  const [choice, setChoice] = useState<Choice>(detail.lease === '0' ? 'new' : 'existing');
  const [id, setId] = useState(detail.lease === '0' ? '' : detail.lease);
  const [ttl, setTtl] = useState<number | string>(60);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const wanted = id.trim().toLowerCase().replace(/^0+(?=.)/, '');
  const ready = choice === 'none' ? detail.lease !== '0' : choice === 'new' ? typeof ttl === 'number' && ttl > 0 : /^[0-9a-f]{1,16}$/.test(wanted) && wanted !== '0' && wanted !== detail.lease;
  const leaseOf = async (): Promise<HexId> => {
    if (choice === 'none') return '0';
    return choice === 'existing' ? wanted : (await desk.leases.grant.mutate({ cluster, ttl: Number(ttl) })).id;
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const outcome = await desk.keys.put.mutate({ cluster, key: detail.key, value: detail.value, expectModRevision: detail.modRevision, lease: await leaseOf() });
      if (outcome.kind === 'conflict') return setError(t(outcome.current ? 'conflictHint' : 'conflictGone'));
      notifyDone(t('saved', { revision: outcome.revision }));
      close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={t('leaseOfKey')} size={440}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <p className="mono key-delete-name">{display(detail.key)}</p>
          <Radio.Group value={choice} onChange={(value) => setChoice(value as Choice)} aria-label={t('leaseOfKey')}>
            <Stack gap={8}>
              <Radio size="xs" value="none" label={t('leaseNone')} />
              <Radio size="xs" value="existing" label={t('leaseExisting')} />
              {choice === 'existing' && <TextInput ml={26} classNames={{ input: 'mono' }} aria-label={t('leaseIdHint')} placeholder={t('leaseIdHint')} value={id} onChange={(event) => setId(event.currentTarget.value)} />}
              <Radio size="xs" value="new" label={t('leaseNew')} />
              {choice === 'new' && <NumberInput ml={26} aria-label={t('ttlSeconds')} suffix=" s" min={1} max={9_000_000_000} allowDecimal={false} allowNegative={false} value={ttl} onChange={setTtl} />}
            </Stack>
          </Radio.Group>
          <p className="dim key-lease-hint">{t(choice === 'none' ? 'leaseNoneHint' : 'leaseHint')}</p>
          {error !== undefined && <p className="key-invalid" role="alert">{error}</p>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{t('cancel')}</Button>
            <Button type="submit" loading={busy} disabled={!ready}>{t('save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
