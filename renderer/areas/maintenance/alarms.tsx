import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { AlarmView, ClusterKey, Health, MemberView } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { explain } from '../../ui/failure.ts';

/** Alarms and how to end them; a member's status tells when they change. */
export function Alarms({ cluster, members, health }: { cluster: ClusterKey; members: readonly MemberView[]; health: Health }) {
  const t = useT();
  const [alarms, setAlarms] = useState<AlarmView[]>();
  const [error, setError] = useState<string>();
  const [asked, setAsked] = useState<AlarmView>();
  const [looks, setLooks] = useState(0);
  const told = members.map((member) => `${member.id}:${member.alarms.join()}`).join();
  useEffect(() => {
    let gone = false;
    desk.maintenance.alarms.query({ cluster }).then(
      (next) => {
        if (gone) return;
        setAlarms(next);
        setError(undefined);
      },
      (failure: unknown) => {
        if (!gone) setError(explain(t, failure));
      },
    );
    return () => {
      gone = true;
    };
    // `t` is new with every render; `told` and `looks` say when there is something new to be read.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [cluster, told, looks, health]);
  const nameOf = (alarm: AlarmView): string => members.find(({ id }) => id === alarm.member)?.name || alarm.member;
  return (
    <section className="panel alarms" data-raised={(alarms ?? []).length > 0 || undefined}>
      <h2 className="panel-title">{t('alarms')}</h2>
      {error !== undefined ? <p className="panel-problem" role="alert">{error}</p> : alarms === undefined ? <p className="panel-text">{t('loading')}</p> : alarms.length === 0 ? <p className="panel-text">{t('noAlarms')}</p> : (
        <ul className="alarm-list">
          {alarms.map((alarm) => (
            <li key={`${alarm.member}${alarm.alarm}`} data-testid={`alarm-${alarm.alarm}`}>
              <IconAlertTriangle size={15} aria-hidden />
              <strong>{alarm.alarm}</strong> <span>{nameOf(alarm)}</span> <span className="dim">{t(alarm.alarm === 'NOSPACE' ? 'alarmNoSpace' : 'alarmCorrupt')}</span>
              <span className="rail-space" />
              <Button variant="default" size="compact-xs" onClick={() => setAsked(alarm)}>{t('disarm')}</Button>
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <ConfirmDialog
          opened title={t('disarmTitle', { alarm: asked.alarm, name: nameOf(asked) })} confirm={t('disarm')} danger={asked.alarm === 'CORRUPT'} onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await desk.maintenance.disarm.mutate({ cluster, ...asked });
            setLooks(looks + 1);
          }}
        >
          {t(asked.alarm === 'NOSPACE' ? 'disarmNoSpace' : 'disarmCorrupt')}
        </ConfirmDialog>
      )}
    </section>
  );
}
