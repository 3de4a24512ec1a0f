/** The release whose behaviour our members show, and what they answer to `Status` and `/version`. */
export const etcdVersion = '3.6.0';
/** The lowest cluster version that this release can speak with. */
export const minClusterVersion = '3.0.0';
export const quorateVersion = '0.1.0';

/** Release series in order, as one number: 3006 for 3.6.x; undefined when the text is no version. */
export function seriesOf(version: string): number | undefined {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})\b/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 1000 + Number(minor);
}

/** The cluster version of a release: `3.6.0` for 3.6.x. */
export function clusterVersionOf(version: string): string {
  return `${version.split('.').slice(0, 2).join('.')}.0`;
}
