/** Half-open ranges [start, end) of byte strings; without an end they are open. */
interface Node<T> {
  start: string;
  end: string | undefined;
  items: Set<T>;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
  height: number;
  /** The furthest end of this subtree. */
  furthest: string | undefined;
}

type Link<T> = Node<T> | undefined;

const heightOf = <T>(node: Link<T>): number => node?.height ?? 0;

/** Open ends come last. */
function compareEnds(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

function compare<T>(start: string, end: string | undefined, node: Node<T>): number {
  if (start !== node.start) return start < node.start ? -1 : 1;
  return compareEnds(end, node.end);
}

/** Restores height and furthest end from the children. */
function update<T>(node: Node<T>): void {
  node.height = 1 + Math.max(heightOf(node.left), heightOf(node.right));
  let { end: furthest } = node;
  if (node.left && compareEnds(node.left.furthest, furthest) > 0) furthest = node.left.furthest;
  if (node.right && compareEnds(node.right.furthest, furthest) > 0) furthest = node.right.furthest;
  node.furthest = furthest;
}

function rotateRight<T>(node: Node<T>, left: Node<T>): Node<T> {
  node.left = left.right;
  left.right = node;
  update(node);
  update(left);
  return left;
}

function rotateLeft<T>(node: Node<T>, right: Node<T>): Node<T> {
  node.right = right.left;
  right.left = node;
  update(node);
  update(right);
  return right;
}

/** Makes a node whose subtrees differ by at most two in height an AVL tree again. */
function balance<T>(node: Node<T>): Node<T> {
  const { left, right } = node;
  const tilt = heightOf(left) - heightOf(right);
  if (left && tilt > 1) {
    if (left.right && heightOf(left.right) > heightOf(left.left)) node.left = rotateLeft(left, left.right);
    return rotateRight(node, node.left!);
  }
  if (right && tilt < -1) {
    if (right.left && heightOf(right.left) > heightOf(right.right)) node.right = rotateRight(right, right.left);
    return rotateLeft(node, node.right!);
  }
  update(node);
  return node;
}

function insert<T>(node: Link<T>, start: string, end: string | undefined, item: T): Node<T> {
  if (!node) return { start, end, items: new Set([item]), left: undefined, right: undefined, height: 1, furthest: end };
  const order = compare(start, end, node);
  if (order === 0) {
    node.items.add(item);
    return node;
  }
  if (order < 0) node.left = insert(node.left, start, end, item);
  else node.right = insert(node.right, start, end, item);
  return balance(node);
}

function remove<T>(node: Link<T>, start: string, end: string | undefined, item: T): Link<T> {
  if (!node) return undefined;
  const order = compare(start, end, node);
  if (order < 0) node.left = remove(node.left, start, end, item);
  else if (order > 0) node.right = remove(node.right, start, end, item);
  else {
    node.items.delete(item);
    if (node.items.size > 0) return node;
    return unlink(node);
  }
  return balance(node);
}

/** The subtree without its top. */
function unlink<T>({ left, right }: Node<T>): Link<T> {
  if (!left || !right) return left ?? right;
  let next = right;
  while (next.left) next = next.left;
  next.right = withoutFirst(right);
  next.left = left;
  return balance(next);
}

function withoutFirst<T>(node: Node<T>): Link<T> {
  if (!node.left) return node.right;
  node.left = withoutFirst(node.left);
  return balance(node);
}

function stab<T>(node: Link<T>, key: string, visit: (item: T) => void): void {
  if (!node || (node.furthest !== undefined && node.furthest <= key)) return;
  stab(node.left, key, visit);
  if (node.start > key) return;
  if (node.end === undefined || node.end > key) for (const item of node.items) visit(item);
  stab(node.right, key, visit);
}

/**
 * Items by range: an AVL tree by start and end whose nodes know the furthest end below them. Equal ranges share a node.
 * Adding and deleting take O(log n) for n distinct ranges; finding those that hold a key takes O(log n) and at most as
 * much again for each range found.
 */
export class IntervalTree<T> {
  #root: Link<T>;

  add(start: string, end: string | undefined, item: T): void {
    this.#root = insert(this.#root, start, end, item);
  }

  delete(start: string, end: string | undefined, item: T): void {
    this.#root = remove(this.#root, start, end, item);
  }

  /** Visits the items whose range holds the key. The tree must not change meanwhile. */
  stab(key: string, visit: (item: T) => void): void {
    stab(this.#root, key, visit);
  }

  /** Levels; for tests of the balance. */
  get height(): number {
    return heightOf(this.#root);
  }
}
