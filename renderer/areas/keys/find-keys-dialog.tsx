import { Button, Group, Loader, Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import type { ByteString, ClusterKey, SearchUpdate } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { display, parseEscapes } from '../../ui/byte-text.ts';
import { explain } from '../../ui/failure.ts';
import { formatNumber, middle } from '../../ui/format.ts';
import { useRows } from '../../ui/use-rows.ts';
import './find-keys.css';

const rowPx = 26;
const pageRows = 10;

interface FindKeysProps {
  cluster: ClusterKey;
  /** Below which is looked. */
  prefix: ByteString;
  open: (key: ByteString) => void;
}

/** Finds keys by any part of their names: what the tree, which goes by their beginnings, cannot. */
export function FindKeysDialog(props: FindKeysProps) {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'findKeys'} onClose={() => setDialog(undefined)} title={t('findKeys')} size={640}>
      <FindKeys {...props} close={() => setDialog(undefined)} />
    </Modal>
  );
}

interface Found extends Omit<SearchUpdate, 'revision'> {
  error: string | undefined;
}

const nothing: Found = { keys: [], looked: 0, total: 0, state: 'going', error: undefined };

/** One search at a time: another, or the end of the dialog, ends it. */
function useSearch(cluster: ClusterKey, prefix: ByteString): { found: Found | undefined; going: boolean; start: (words: ByteString[]) => void; stop: () => void } {
  const t = useT();
  const [found, setFound] = useState<Found>();
  const [going, setGoing] = useState(false);
  const current = useRef<{ unsubscribe(): void }>(undefined);
  const stop = (): void => {
    current.current?.unsubscribe();
    current.current = undefined;
    setGoing(false);
  };
  useEffect(() => () => current.current?.unsubscribe(), []);
  const start = (words: ByteString[]): void => {
    stop();
    setFound(nothing);
    setGoing(true);
    current.current = desk.keys.search.subscribe({ cluster, prefix, words }, {
      onData: ({ keys, looked, total, state }) => setFound((old) => ({ keys: keys.length === 0 ? old!.keys : [...old!.keys, ...keys], looked, total, state, error: undefined })),
      onError: (error) => {
        setFound((old) => ({ ...old!, error: explain(t, error) }));
        setGoing(false);
      },
      onComplete: () => setGoing(false),
    });
  };
  return { found, going, start, stop };
}

function FindKeys({ cluster, prefix, open, close }: FindKeysProps & { close: () => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const { found, going, start, stop } = useSearch(cluster, prefix);
  const parsed = text.split(/\s+/).filter((word) => word !== '').map(parseEscapes);
  const wrong = parsed.some((word) => !word.ok);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (going) stop();
    else if (!wrong && parsed.length > 0) start(parsed.flatMap((word) => (word.ok ? [word.bytes] : [])));
  };
  return (
    <>
      <form onSubmit={submit}>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            className="find-words" label={t('findWords')} description={prefix === '' ? t('findHint') : t('findHintBelow', { prefix: middle(display(prefix), 40) })} classNames={{ input: 'mono' }} value={text}
            error={wrong} onChange={(event) => setText(event.currentTarget.value)} data-autofocus autoComplete="off" spellCheck={false}
          />
          <Button type="submit" variant={going ? 'default' : 'filled'} leftSection={going ? <Loader size={12} /> : <IconSearch size={14} />} disabled={wrong || parsed.length === 0}>{t(going ? 'stop' : 'find')}</Button>
        </Group>
      </form>
      <p className="find-state dim num" role="status">{found && t('findProgress', { looked: formatNumber(found.looked), all: formatNumber(found.total), n: formatNumber(found.keys.length) })} {found?.state === 'full' && t('findFull')}</p>
      {found?.error !== undefined && <p className="dialog-problem" role="alert">{found.error}</p>}
      <FoundList
        keys={found?.keys ?? []}
        open={(key) => {
          open(key);
          close();
        }}
      />
    </>
  );
}

function FoundList({ keys, open }: { keys: readonly ByteString[]; open: (key: ByteString) => void }) {
  const t = useT();
  const [chosen, setChosen] = useState(0);
  const { scroller, indexes, heightPx, topOf, scrollTo } = useRows({ count: keys.length, rowPx });
  const active = Math.min(chosen, keys.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows, End: keys.length, Home: -keys.length }[event.key];
    const key = keys[active];
    if (event.key === 'Enter' && key !== undefined) open(key);
    if (step === undefined || keys.length === 0) return;
    event.preventDefault();
    const next = Math.min(Math.max(active + step, 0), keys.length - 1);
    setChosen(next);
    scrollTo(next);
  };
  return (
    <div className="find-list" ref={scroller} role="listbox" aria-label={t('found')} tabIndex={keys.length > 0 ? 0 : -1} aria-activedescendant={keys.length > 0 ? `found-${active}` : undefined} onKeyDown={onKeyDown}>
      <div style={{ height: heightPx, position: 'relative' }}>
        {indexes.map((index) => (
          <div
            key={index} id={`found-${index}`} className="find-row mono" role="option" aria-selected={index === active} aria-posinset={index + 1} aria-setsize={keys.length} title={display(keys[index]!)}
            style={{ transform: `translateY(${topOf(index)}px)`, height: rowPx }} onClick={() => open(keys[index]!)}
          >
            {middle(display(keys[index]!), 200)}
          </div>
        ))}
      </div>
    </div>
  );
}
