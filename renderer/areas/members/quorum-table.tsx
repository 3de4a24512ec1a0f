import type { Outlook } from '../../../core/base/membership-rules.ts';
import { useT, type TextKey } from '../../i18n/index.ts';
import type { Plan, Prospect } from './plan.ts';

/** Members, quorum and tolerated failures, before and after. */
export function QuorumTable({ plan, after = 'planAfter' }: { plan: Prospect; after?: TextKey }) {
  const t = useT();
  const columns: [string, Outlook][] = [[t('planNow'), plan.now], [t(after), plan.after]];
  if (plan.running) columns.push([t('planRunning'), plan.running]);
  const tolerates = ({ tolerates: n }: Outlook): string => (n < 0 ? t('planNoQuorum') : String(n));
  return (
    <table className="quorum-table num">
      <thead>
        <tr><td />{columns.map(([label]) => <th key={label} scope="col">{label}</th>)}</tr>
      </thead>
      <tbody>
        <tr><th scope="row">{t('planVoters')}</th>{columns.map(([label, { voters }]) => <td key={label}>{voters}</td>)}</tr>
        <tr><th scope="row">{t('quorum')}</th>{columns.map(([label, { quorum }]) => <td key={label}>{quorum}</td>)}</tr>
        <tr>
          <th scope="row">{t('planTolerates')}</th>
          {columns.map(([label, outlook]) => <td key={label} data-bad={outlook.tolerates < 0 || undefined} data-worse={outlook.tolerates < plan.now.tolerates || undefined}>{tolerates(outlook)}</td>)}
        </tr>
      </tbody>
    </table>
  );
}

/** Why it would be refused, or might be. */
export function Refusal({ plan }: { plan: Pick<Plan, 'refusal' | 'doubt'> }) {
  const t = useT();
  if (plan.refusal !== undefined) return <p className="plan-refusal" role="alert">{t(plan.refusal)}</p>;
  return plan.doubt === undefined ? null : <p className="plan-refusal" data-doubt role="note">{t(plan.doubt)}</p>;
}
