/** Puts the keyboard on what the page is about: its tree, or its beginning. */
export function focusPage(): void {
  const main = document.querySelector('main');
  (main?.querySelector<HTMLElement>('[role=tree]') ?? main)?.focus({ preventScroll: true });
}
