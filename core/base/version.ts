/** The release whose behaviour our members show, and what they answer to `Status` and `/version`. */
export const etcdVersion = '3.6.0';
export const quorateVersion = '0.1.0';
