import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ClusterSummary, EndpointTest, UnreachableReason } from '../../core/contract/types.ts';
import { useT, type TextKey, type Translate } from '../i18n/index.ts';
import { DialogForm } from '../ui/dialog-form.tsx';
import { formatMs } from '../ui/format.ts';
import { useRun } from '../ui/use-run.ts';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { useUi } from './ui-store.ts';

const reasons: Readonly<Record<UnreachableReason, TextKey>> = { refused: 'reachRefused', unknownHost: 'reachUnknownHost', timeout: 'reachTimeout', closed: 'reachClosed', other: 'reachOther' };

/** Why an endpoint does not answer and what to do. */
export function reachText(t: Translate, { endpoint, reason, text }: { endpoint: string; reason: UnreachableReason; text: string }): string {
  return t(reasons[reason], { endpoint, text });
}

/** Connects to a cluster that runs elsewhere, or changes how one is reached. It is tried before it is kept. */
export function ConnectDialog() {
  const t = useT();
  const { dialog, setDialog, edited } = useUi();
  const clusters = useClusters((state) => state.clusters) ?? [];
  const profile = dialog === 'editProfile' ? clusters.find(({ key }) => key === edited) : undefined;
  const close = (): void => setDialog(undefined);
  return (
    <Modal opened={dialog === 'connect' || profile !== undefined} onClose={close} title={t(profile ? 'editConnection' : 'connect')} size={460} closeOnClickOutside={false}>
      <ConnectForm key={profile?.key ?? ''} profile={profile} close={close} />
    </Modal>
  );
}

function ConnectForm({ profile, close }: { profile: ClusterSummary | undefined; close: () => void }) {
  const t = useT();
  const { open } = useUi();
  const [name, setName] = useState(profile?.name ?? '');
  const [endpoints, setEndpoints] = useState(profile?.endpoints.join('\n') ?? '127.0.0.1:2379');
  const [tests, setTests] = useState<EndpointTest[]>();
  const run = useRun();
  const list = endpoints.split(/[\s,]+/).filter((endpoint) => endpoint !== '');
  const reachable = tests?.some((test) => test.ok) ?? false;
  const keep = async (): Promise<void> => {
    const input = { name, endpoints: list };
    const { key } = profile ? await desk.clusters.update.mutate({ cluster: profile.key, ...input }) : await desk.clusters.connect.mutate(input);
    close();
    open(key, profile ? undefined : 'overview');
  };
  return (
    <DialogForm
      confirm={t(profile ? 'save' : 'connectAction')} onClose={close} run={run}
      buttons={tests && !reachable && <Button variant="default" disabled={run.busy} onClick={() => run.run(keep)}>{t('saveAnyway')}</Button>}
      onSubmit={async () => {
        const found = await desk.clusters.test.query({ endpoints: list });
        setTests(found);
        if (found.some((test) => test.ok) && new Set(clustersOf(found)).size === 1) await keep();
      }}
    >
      <TextInput label={t('clusterName')} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus required withAsterisk={false} />
      <Textarea
        size="xs" label={t('endpoints')} description={t('endpointsHint')} rows={3} classNames={{ input: 'mono' }} value={endpoints} required withAsterisk={false}
        onChange={(event) => {
          setEndpoints(event.currentTarget.value);
          setTests(undefined);
        }}
      />
      {tests && <Tests tests={tests} />}
    </DialogForm>
  );
}

const clustersOf = (tests: readonly EndpointTest[]): string[] => tests.flatMap((test) => (test.ok ? [test.clusterId] : []));

function Tests({ tests }: { tests: readonly EndpointTest[] }) {
  const t = useT();
  const mixed = new Set(clustersOf(tests)).size > 1;
  return (
    <ul className="connect-tests" aria-live="polite">
      {tests.map((test) => (
        <li key={test.endpoint} data-ok={test.ok || undefined}>
          {test.ok ? <IconCircleCheck size={15} aria-hidden /> : <IconAlertTriangle size={15} aria-hidden />}
          <span>{test.ok ? t('reachOk', { endpoint: test.endpoint, version: test.version, ms: formatMs(test.latencyMs) }) : reachText(t, test)}</span>
        </li>
      ))}
      {mixed && <li><IconAlertTriangle size={15} aria-hidden /><span>{t('reachMixed')}</span></li>}
    </ul>
  );
}
