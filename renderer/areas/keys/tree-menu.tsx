import { Menu } from '@mantine/core';
import { IconActivity, IconArrowRight, IconCopy, IconPlus, IconTerminal2, IconTrash } from '@tabler/icons-react';
import type { ClusterSummary, TreeItem } from '../../../core/contract/types.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { shellWord } from '../../ui/shell-word.ts';
import { watchStoreOf } from '../watch/watch-store.ts';
import { idOf } from './tree-model.ts';

/** The menu of a row, and where it was asked for. */
export interface AskedMenu {
  item: TreeItem;
  x: number;
  y: number;
}

interface TreeMenuProps {
  cluster: ClusterSummary;
  asked: AskedMenu;
  goTo: () => void;
  newKey: () => void;
  deleteItem: () => void;
  close: () => void;
}

/** What etcdctl is asked for the same: a key with its value, a folder without. */
function commandFor(cluster: ClusterSummary, item: TreeItem): string | undefined {
  const word = shellWord(idOf(item));
  if (word === undefined) return undefined;
  const endpoints = cluster.endpoints.map((url) => url.replace(/^https?:\/\//, '')).join(',');
  return `etcdctl --endpoints=${endpoints} get ${item.kind === 'folder' ? '--prefix --keys-only ' : ''}-- ${word}`;
}

export function TreeMenu({ cluster, asked: { item, x, y }, goTo, newKey, deleteItem, close }: TreeMenuProps) {
  const t = useT();
  const show = useUi((state) => state.show);
  const folder = item.kind === 'folder';
  const command = commandFor(cluster, item);
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(() => notifyDone(t('copied')), (error: unknown) => notifyError(t('errorTitle'), error));
  };
  const watch = (): void => {
    watchStoreOf(cluster.key).getState().start({ key: idOf(item), scope: folder ? 'prefix' : 'key', startRevision: 0, puts: true, deletes: true });
    show('watch');
  };
  return (
    <Menu opened onChange={(open) => !open && close()} position="bottom-start" offset={2} width={230} shadow="md">
      <Menu.Target>
        <span className="tree-menu-place" style={{ left: x, top: y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={display(idOf(item))}>
        {folder && <Menu.Item leftSection={<IconArrowRight size={14} />} onClick={goTo}>{t('showAlone')}</Menu.Item>}
        {folder && <Menu.Item leftSection={<IconPlus size={14} />} onClick={newKey}>{t('newKeyHere')}</Menu.Item>}
        <Menu.Item leftSection={<IconActivity size={14} />} onClick={watch}>{t(folder ? 'watchBelow' : 'watchThis')}</Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => copy(display(idOf(item)))}>{t('copyName')}</Menu.Item>
        {command !== undefined && <Menu.Item leftSection={<IconTerminal2 size={14} />} onClick={() => copy(command)}>{t('copyEtcdctl')}</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={14} />} onClick={deleteItem}>{t(folder ? 'deleteBelow' : 'deleteKey')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
