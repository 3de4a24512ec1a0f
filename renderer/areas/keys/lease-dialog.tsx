import { Modal, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { maxTtl } from '../../../core/contract/limits.ts';
import type { ClusterKey, HexId, KeyDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { readLeaseId } from '../../ui/lease-id.ts';
import { formatNumber } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';

type Choice = 'none' | 'existing' | 'new';

/** Puts a key under a lease, or takes it from one: its value is written anew, unchanged, guarded by its revision. */
export function LeaseDialog({ cluster, detail, close }: { cluster: ClusterKey; detail: KeyDetail; close: () => void }) {
  const t = useT();
  const [choice, setChoice] = useState<Choice>(detail.lease === '0' ? 'new' : 'existing');
  const [id, setId] = useState(detail.lease === '0' ? '' : detail.lease);
  const [ttl, setTtl] = useState<number | string>(60);
  const wanted = readLeaseId(id);
  const ready = choice === 'none' ? detail.lease !== '0' : choice === 'new' ? typeof ttl === 'number' && ttl > 0 : wanted !== undefined && wanted !== detail.lease;
  return (
    <Modal opened onClose={close} title={t('leaseOfKey')} size={440}>
      <DialogForm
        confirm={t('save')} disabled={!ready} onClose={close}
        onSubmit={async () => {
          const made = choice === 'new' ? (await desk.leases.grant.mutate({ cluster, ttl: Number(ttl) })).id : undefined;
          const lease: HexId = made ?? (choice === 'none' ? '0' : wanted!);
          const outcome = await desk.keys.put.mutate({ cluster, key: detail.key, value: detail.value, expectModRevision: detail.modRevision, lease });
          if (outcome.kind === 'conflict') {
            // Nobody needs a lease that its key never came under.
            if (made !== undefined) await desk.leases.revoke.mutate({ cluster, lease: made });
            return t(outcome.current ? 'conflictHint' : 'conflictGone');
          }
          notifyDone(t('saved', { revision: formatNumber(outcome.revision) }));
          close();
          return undefined;
        }}
      >
        <p className="mono key-delete-name">{display(detail.key)}</p>
        <Radio.Group value={choice} onChange={(value) => setChoice(value as Choice)} aria-label={t('leaseOfKey')}>
          <Stack gap={8}>
            <Radio size="xs" value="none" label={t('leaseNone')} />
            <Radio size="xs" value="existing" label={t('leaseExisting')} />
            {choice === 'existing' && <TextInput ml={26} classNames={{ input: 'mono' }} aria-label={t('leaseIdHint')} placeholder={t('leaseIdHint')} value={id} error={id !== '' && wanted === undefined ? t('badLeaseId') : undefined} onChange={(event) => setId(event.currentTarget.value)} />}
            <Radio size="xs" value="new" label={t('leaseNew')} />
            {choice === 'new' && <NumberInput ml={26} aria-label={t('ttlSeconds')} suffix=" s" min={1} max={maxTtl} allowDecimal={false} allowNegative={false} value={ttl} onChange={setTtl} />}
          </Stack>
        </Radio.Group>
        <p className="dim key-lease-hint">{t(choice === 'none' ? 'leaseNoneHint' : 'leaseHint')}</p>
      </DialogForm>
    </Modal>
  );
}
