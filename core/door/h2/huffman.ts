/** Bits of each byte's code. The codes are canonical, so the lengths say all. Source: RFC 7541, Appendix B. */
const lengths: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
/** The end of a string is marked by the beginning of this symbol's code: ones. */
const endSymbol = 256;
const endBits = 30;

interface Node {
  children: [Node | undefined, Node | undefined];
  symbol: number;
  number: number;
  depth: number;
  /** Reached by ones alone: a string may end here. */
  ones: boolean;
}

/**
 * What to do with four more bits, by state: the next state, and the symbol that came out, if any. A code has five bits at
 * least, so four bits give one symbol at most.
 */
interface Machine {
  next: Int16Array;
  symbol: Int16Array;
  mayEnd: Uint8Array;
}

const dead = -1;

function build(): Machine {
  const newNode = (depth: number, ones: boolean): Node => ({ children: [undefined, undefined], symbol: -1, number: -1, depth, ones });
  const root = newNode(0, true);
  const symbols = [...lengths.keys()].map((symbol) => ({ symbol, bits: lengths[symbol]! }));
  symbols.push({ symbol: endSymbol, bits: endBits });
  symbols.sort((a, b) => a.bits - b.bits || a.symbol - b.symbol);
  let code = 0;
  let bits = 0;
  for (const item of symbols) {
    code *= 2 ** (item.bits - bits);
    bits = item.bits;
    let node = root;
    for (let i = bits - 1; i >= 0; i--) {
      const bit = Math.floor(code / 2 ** i) % 2 === 1 ? 1 : 0;
      node = node.children[bit] ??= newNode(node.depth + 1, node.ones && bit === 1);
    }
    node.symbol = item.symbol;
    code++;
  }
  const inner: Node[] = [];
  const number = (node: Node): void => {
    if (node.symbol >= 0) return;
    node.number = inner.push(node) - 1;
    for (const child of node.children) if (child) number(child);
  };
  number(root);
  const machine: Machine = { next: new Int16Array(inner.length * 16), symbol: new Int16Array(inner.length * 16).fill(-1), mayEnd: new Uint8Array(inner.length) };
  for (const start of inner) {
    machine.mayEnd[start.number] = start.ones && start.depth < 8 ? 1 : 0;
    for (let nibble = 0; nibble < 16; nibble++) {
      let node: Node | undefined = start;
      for (let i = 3; i >= 0 && node; i--) {
        node = node.children[(nibble >> i) & 1];
        if (!node || node.symbol < 0) continue;
        if (node.symbol === endSymbol) node = undefined;
        else {
          machine.symbol[start.number * 16 + nibble] = node.symbol;
          node = root;
        }
      }
      machine.next[start.number * 16 + nibble] = node ? node.number : dead;
    }
  }
  return machine;
}

let machine: Machine | undefined;

/** The bytes as latin1 text; undefined when they are no Huffman code. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string | undefined {
  const { next, symbol, mayEnd } = (machine ??= build());
  let state = 0;
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    for (const nibble of [byte >> 4, byte & 15]) {
      const at = state * 16 + nibble;
      const out = symbol[at]!;
      if (out >= 0) text += String.fromCharCode(out);
      state = next[at]!;
      if (state === dead) return undefined;
    }
  }
  return mayEnd[state] === 1 ? text : undefined;
}
