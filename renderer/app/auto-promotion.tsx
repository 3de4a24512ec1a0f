import { Checkbox, NumberInput } from '@mantine/core';
import { useT } from '../i18n/index.ts';
import { formatSeconds } from '../ui/format.ts';

const usualMs = 10_000;
const longestSeconds = 86_400;

/** Whether learners are promoted by themselves, and when: `value` is for how long one has to be in sync, milliseconds; 0: by hand. */
export function AutoPromotion({ value, onChange }: { value: number; onChange: (durationMs: number) => void }) {
  const t = useT();
  const on = value > 0;
  return (
    <div>
      <Checkbox size="xs" label={t('autoPromote')} description={t('autoPromoteHint', { n: formatSeconds((on ? value : usualMs) / 1000) })} checked={on} onChange={(event) => onChange(event.currentTarget.checked ? usualMs : 0)} />
      {on && (
        <NumberInput
          size="xs" mt={8} ml={26} w={150} label={t('autoPromoteSeconds')} min={1} max={longestSeconds} clampBehavior="strict" allowDecimal={false} allowNegative={false} value={value / 1000}
          onChange={(seconds) => typeof seconds === 'number' && seconds >= 1 && onChange(seconds * 1000)}
        />
      )}
    </div>
  );
}
