import { Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { MemberView } from '../../../core/contract/types.ts';
import { useT } from '../../i18n/index.ts';
import { CopyIcon } from '../../ui/copy-icon.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { commandOf, environmentOf, joinFlags } from './plan.ts';

const usualClientPort = 2379;

/** Its clients reach a member at the host of its peer URL, as a rule. */
function usualClientUrl(member: MemberView): string {
  try {
    const { protocol, hostname } = new URL(member.peerUrls[0] ?? '');
    return `${protocol}//${hostname}:${usualClientPort}`;
  } catch {
    return '';
  }
}

/** How a member that was added is started where it will run: the command, or the environment, as the cluster is now. */
export function JoinDialog({ member, members, close }: { member: MemberView; members: readonly MemberView[]; close: () => void }) {
  const t = useT();
  useFocusBack();
  const [name, setName] = useState(`m${members.length}`);
  const [dataDir, setDataDir] = useState('/var/lib/etcd');
  const [clientUrl, setClientUrl] = useState(usualClientUrl(member));
  const flags = joinFlags(member, members, { name, dataDir, clientUrl });
  return (
    <Modal opened onClose={close} title={t('startItThere')} size={720}>
      <Stack gap="sm">
        <div className="join-fields">
          <TextInput label={t('name')} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <TextInput label={t('dataFolder')} classNames={{ input: 'mono' }} value={dataDir} onChange={(event) => setDataDir(event.currentTarget.value)} />
          <TextInput label={t('clientUrl')} classNames={{ input: 'mono' }} value={clientUrl} onChange={(event) => setClientUrl(event.currentTarget.value)} />
        </div>
        <Block title={t('command')} text={commandOf(flags)} />
        <Block title={t('environment')} text={environmentOf(flags)} />
        <p className="dim plan-hint">{t('joinHint')}</p>
      </Stack>
    </Modal>
  );
}

function Block({ title, text }: { title: string; text: string }) {
  return (
    <section>
      <h3 className="panel-title join-title">{title} <CopyIcon value={text} label={title} /></h3>
      <pre className="join-text mono">{text}</pre>
    </section>
  );
}
