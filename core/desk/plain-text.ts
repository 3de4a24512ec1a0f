/** What grpc-js says of a connection, as a user would: who did not answer, and how. Other texts are the cluster's own, and stay. */
export function plainText(text: string): string {
  const refused = /ECONNREFUSED ([^\s,]+:\d+)/.exec(text);
  if (refused) return `${refused[1]} refuses connections`;
  if (/^(Deadline exceeded|context deadline exceeded)/i.test(text)) {
    const address = /remote_addr=([^\s,]+)/.exec(text);
    return address ? `${address[1]} did not answer in time` : 'no answer in time';
  }
  const wrapped = /^No connection established\. Last error: (?:Error: )?(.*?)\.?(?: Resolution note:.*)?$/s.exec(text);
  return wrapped ? wrapped[1]! : text;
}
