import { ActionIcon, Button, Loader, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconDatabaseOff, IconPlayerPause, IconPlayerPlay, IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ByteString, ClusterSummary } from '../../../core/contract/types.ts';
import { usualTreeShare, useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { display, parseEscapes } from '../../ui/byte-text.ts';
import { formatNumber } from '../../ui/format.ts';
import { Splitter } from '../../ui/splitter.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { FindKeysDialog } from './find-keys-dialog.tsx';
import { KeyPanel } from './key-panel.tsx';
import { KeyTree } from './key-tree.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { OpenKeyDialog } from './open-key-dialog.tsx';
import { keysStoreOf, type KeysStore } from './tree-store.ts';
import './keys.css';

export function Keys({ cluster }: { cluster: ClusterSummary }) {
  const separator = useUi((state) => state.separator);
  const [store] = useState(() => keysStoreOf(cluster.key, separator));
  useEffect(() => store.getState().follow(), [store]);
  const { wantedKey, wantKey } = useUi();
  useEffect(() => {
    if (wantedKey === undefined) return;
    store.getState().select(wantedKey);
    wantKey(undefined);
  }, [store, wantedKey, wantKey]);
  const root = store((state) => state.tree.root);
  const { dialog, setDialog, treeShare, setTreeShare } = useUi();
  const t = useT();
  // Where the next key is to be made, when its folder was asked for.
  const [below, setBelow] = useState<ByteString>();
  useEffect(() => {
    if (dialog === undefined) setBelow(undefined);
  }, [dialog]);
  const newKeyBelow = (prefix: ByteString): void => {
    setBelow(prefix);
    setDialog('newKey');
  };
  return (
    <div className="keys" style={{ gridTemplateColumns: `minmax(220px, ${treeShare}%) auto minmax(360px, 1fr)` }}>
      <div className="keys-left">
        <TreeBar store={store} />
        <TreeBody cluster={cluster} store={store} newKeyBelow={newKeyBelow} />
      </div>
      <Splitter label={t('treeWidth')} share={treeShare} usual={usualTreeShare} onChange={setTreeShare} />
      <div className="keys-right">
        <KeyPanel cluster={cluster.key} store={store} />
      </div>
      <NewKeyDialog cluster={cluster.key} prefix={display(below ?? root)} created={(key) => store.getState().select(key)} />
      <FindKeysDialog cluster={cluster.key} prefix={root} open={(key) => store.getState().select(key)} />
      <OpenKeyDialog prefix={display(root)} open={(key) => store.getState().select(key)} />
    </div>
  );
}

function TreeBar({ store }: { store: KeysStore }) {
  const t = useT();
  const { separator, setSeparator, setDialog } = useUi();
  const { live, held, setLive, setRoot, tree } = store();
  const [prefix, setPrefix] = useState(display(tree.root));
  const [divider, setDivider] = useState(display(separator));
  useEffect(() => setPrefix(display(tree.root)), [tree.root]);
  const parsedPrefix = parseEscapes(prefix);
  const parsedDivider = parseEscapes(divider);
  const apply = (): void => {
    if (!parsedPrefix.ok || !parsedDivider.ok || parsedDivider.bytes === '') return;
    setSeparator(parsedDivider.bytes);
    if (parsedPrefix.bytes !== tree.root || parsedDivider.bytes !== tree.separator) setRoot(parsedPrefix.bytes, parsedDivider.bytes);
  };
  return (
    <>
      <header className="page-head">
        <h1 className="page-title">{t('keys')}</h1>
        <span className="rail-space" />
        {!live && held > 0 && <span className="num dim">{t('liveHeld', { n: formatNumber(held) })}</span>}
        <Tooltip label={t(live ? 'pauseLive' : 'resumeLive')}>
          <Button variant="subtle" color={live ? 'teal' : 'gray'} size="compact-sm" leftSection={live ? <IconPlayerPause size={13} /> : <IconPlayerPlay size={13} />} aria-pressed={!live} onClick={() => setLive(!live)}>
            {t(live ? 'live' : 'livePaused')}
          </Button>
        </Tooltip>
        <Tooltip label={t('findKeys')}>
          <ActionIcon variant="default" aria-label={t('findKeys')} onClick={() => setDialog('findKeys')}><IconSearch size={15} /></ActionIcon>
        </Tooltip>
        <Tooltip label={t('openKey')}>
          <ActionIcon variant="default" aria-label={t('openKey')} onClick={() => setDialog('openKey')}><IconArrowRight size={15} /></ActionIcon>
        </Tooltip>
        <Tooltip label={t('newKey')}>
          <ActionIcon variant="default" aria-label={t('newKey')} onClick={() => setDialog('newKey')}><IconPlus size={15} /></ActionIcon>
        </Tooltip>
      </header>
      <form
        className="tree-bar"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <TextInput className="mono tree-prefix" aria-label={t('filterPrefix')} placeholder={t('filterPrefix')} value={prefix} error={!parsedPrefix.ok} onChange={(event) => setPrefix(event.currentTarget.value)} onBlur={apply} />
        <Tooltip label={t('separator')}>
          <TextInput className="mono tree-separator" aria-label={t('separator')} value={divider} error={!parsedDivider.ok || parsedDivider.bytes === ''} onChange={(event) => setDivider(event.currentTarget.value)} onBlur={apply} />
        </Tooltip>
        <button type="submit" hidden />
      </form>
    </>
  );
}

function TreeBody({ cluster, store, newKeyBelow }: { cluster: ClusterSummary; store: KeysStore; newKeyBelow: (prefix: ByteString) => void }) {
  const t = useT();
  const { tree, disconnected, load } = store();
  const { setDialog } = useUi();
  const level = tree.levels.get(tree.root);
  const empty = level !== undefined && level.items.length === 0;
  const body = (() => {
    if (empty && level.state === 'error') {
      return <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={level.error} action={{ label: t('retry'), run: () => load(tree.root, true) }} />;
    }
    if (empty && level.state === 'ready') {
      if (tree.root !== ('' as ByteString)) return <StatePanel icon={<IconDatabaseOff size={20} />} title={t('emptyTree')} text={t('emptyPrefix')} />;
      return <StatePanel icon={<IconDatabaseOff size={20} />} title={t('emptyTree')} text={t('emptyTreeHint')} action={{ label: t('newKey'), run: () => setDialog('newKey') }} />;
    }
    if (!level) return <div className="tree-row tree-note"><Loader size={11} /> {t('loading')}</div>;
    // Another tree begins at its top.
    return <KeyTree key={`${tree.separator} ${tree.root}`} cluster={cluster} store={store} newKeyBelow={newKeyBelow} />;
  })();
  return (
    <>
      {disconnected !== undefined && !(empty && level.state === 'error') && <div className="key-banner" data-tone="error" role="status">{t('notFollowed', { reason: disconnected })}</div>}
      <div className="tree-body">{body}</div>
    </>
  );
}
