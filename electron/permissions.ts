import { isOwnPage } from './origin.ts';

/** All that the page may ask of the system: its copy buttons write to the clipboard, which Chromium asks about under this name. */
export function mayUse(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnPage(url);
}
