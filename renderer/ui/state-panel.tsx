import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import './state-panel.css';

export interface StatePanelProps {
  icon: ReactNode;
  title: string;
  text?: string | undefined;
  tone?: 'calm' | 'error';
  busy?: boolean;
  action?: { label: string; run: () => void } | undefined;
}

/** What a panel shows instead of content: empty, loading or failed, and what to do about it. */
export function StatePanel({ icon, title, text, tone = 'calm', busy = false, action }: StatePanelProps) {
  return (
    <div className="state-panel" data-tone={tone} role={tone === 'error' ? 'alert' : 'status'} aria-busy={busy}>
      <div className="state-panel-icon" aria-hidden data-busy={busy || undefined}>
        {icon}
      </div>
      <div className="state-panel-title">{title}</div>
      {text !== undefined && <div className="state-panel-text">{text}</div>}
      {action && (
        <Button variant={tone === 'error' ? 'filled' : 'default'} onClick={action.run} mt={6}>
          {action.label}
        </Button>
      )}
    </div>
  );
}
