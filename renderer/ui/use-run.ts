import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n/index.ts';
import { explain } from './failure.ts';
import { notifyError } from './notify.ts';

export interface Run {
  busy: boolean;
  /** Why the last work failed, or was refused. */
  error: string | undefined;
  setError(text: string | undefined): void;
  /** Does one piece of work; a text that it gives back says why it was refused. */
  run(work: () => Promise<string | void>): void;
}

/** Work that the user asks for: whether it is under way, and what became of it. When its place is gone, a failure is told as a message. */
export function useRun(): Run {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const tell = (text: string): void => (shown.current ? setError(text) : notifyError(t('errorTitle'), text));
  const run = (work: () => Promise<string | void>): void => {
    setBusy(true);
    setError(undefined);
    work()
      .then((refusal) => typeof refusal === 'string' && tell(refusal), (failure: unknown) => tell(explain(t, failure)))
      .finally(() => setBusy(false));
  };
  return { busy, error, setError, run };
}
