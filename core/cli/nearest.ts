/** How many letters have to be changed, put in or left out to make one of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** A flag that there is not, in the words of Go's flag package, with the one that was probably meant. */
export function unknownFlag(name: string, names: Iterable<string>): string {
  const meant = nearest(name, names);
  return `flag provided but not defined: -${name}${meant === undefined ? '' : ` (did you mean --${meant}?)`}`;
}

/** The one of the names that was probably meant; undefined: none is near. */
function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 4)) + 1;
  for (const candidate of names) {
    const letters = distance(name, candidate);
    if (letters < least) [best, least] = [candidate, letters];
  }
  return best;
}
