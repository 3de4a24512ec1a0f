/** The page's own origin: a scheme that only this app serves. */
export const scheme = 'app';
export const pageOrigin = `${scheme}://quorate`;
export const pageUrl = `${pageOrigin}/index.html`;

/** Sites that a link may open in the user's browser. */
const outside = new Set(['etcd.io', 'github.com']);

export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return protocol === `${scheme}:` && host === 'quorate';
  } catch {
    return false;
  }
}

export function mayOpenOutside(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' && outside.has(hostname);
  } catch {
    return false;
  }
}
