import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ClusterKey, MemberHash, MemberView } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT, type TextKey } from '../../i18n/index.ts';
import { formatNumber } from '../../ui/format.ts';
import { useRun } from '../../ui/use-run.ts';
import { verdictOf, type Verdict } from './verdict.ts';

const verdicts: Readonly<Record<Verdict, TextKey>> = { same: 'hashSame', differ: 'hashDiffer', compactions: 'hashCompactions', alone: 'hashAlone', none: 'hashNone' };

/** Whether all members hold the same data: each hashes its own, up to one revision. */
export function Hashes({ cluster, members }: { cluster: ClusterKey; members: readonly MemberView[] }) {
  const t = useT();
  const [hashes, setHashes] = useState<MemberHash[]>();
  const { busy, error, run } = useRun();
  const compare = (): void => run(async () => setHashes(await desk.maintenance.hashes.query({ cluster })));
  const verdict = hashes && verdictOf(hashes);
  return (
    <section className="panel">
      <header className="panel-head">
        <h2 className="panel-title">{t('compareMembers')}</h2>
        <Button variant="default" size="compact-xs" loading={busy} onClick={compare}>{t('compare')}</Button>
      </header>
      {error !== undefined && <p className="panel-problem" role="alert">{error}</p>}
      {!hashes || !verdict ? <p className="panel-text">{t('compareMembersHint')}</p> : (
        <>
          <p className="hash-verdict" data-kind={verdict} role="status">{t(verdicts[verdict], { n: formatNumber(hashes[0]?.revision) })}</p>
          <table className="storage-table num">
            <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('hash')}</th><th scope="col">{t('compactedAt')}</th><th /></tr></thead>
            <tbody>
              {hashes.map((item) => (
                <tr key={item.member}>
                  <th scope="row">{members.find(({ id }) => id === item.member)?.name || item.member}</th>
                  <td className="mono">{item.hash ?? '—'}</td>
                  <td>{formatNumber(item.compactRevision)}</td>
                  <td className="hash-error">{item.error}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
