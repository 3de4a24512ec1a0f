import { useEffect, useState } from 'react';

/** Where the keyboard was last outside of dialogs; an entry of a menu, which goes with its menu, stands for the button that opened that. */
let last: HTMLElement | undefined;

function note({ target }: FocusEvent): void {
  if (!(target instanceof HTMLElement) || target.closest('[role=dialog]')) return;
  const menu = target.closest('[role=menu]');
  last = (menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : target) ?? undefined;
}
document.addEventListener('focusin', note);

/** A dialog that is taken away whole, and not only closed, leaves the keyboard nowhere: it is given back to where it came from. */
export function useFocusBack(): void {
  const [from] = useState(last);
  useEffect(
    () => () => {
      const { activeElement } = document;
      if (from?.isConnected && (!activeElement || activeElement === document.body)) from.focus({ preventScroll: true });
    },
    [from],
  );
}
