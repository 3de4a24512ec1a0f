import { utf8 } from '../../core/base/bytes.ts';
import { eventually } from '../support/process.ts';
import { calm, Target } from '../support/target.ts';
import { mismatches, type Mismatch } from './compare.ts';
import { differences } from './differences.ts';
import { show } from './show.ts';
import { isRefusal, Side, type Step, type World } from './step.ts';
import { positionAt, stepAt } from './steps.ts';

export interface Failure {
  index: number;
  step: Step;
  mismatches: Mismatch[];
}

/** What a run has met: outcomes by step and refusal, and named differences, with their numbers. */
export interface Tally {
  outcomes: Map<string, number>;
  differences: Map<string, number>;
}

export const newTally = (): Tally => ({ outcomes: new Map(), differences: new Map() });

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** What goes wrong beside the answers, such as an event that never comes, is an outcome too. */
async function outcomeOf(step: Step, side: Side): Promise<unknown> {
  try {
    // What a member answers of itself is that of the others once it has their writes.
    if (side.size > 1) await eventually('it is level', () => side.client.range({ key: utf8('none') }));
    return await step.act(side);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return { broke: `${String(error)}${cause}, on ${side.target.kind}` };
  }
}

const hasBroken = (outcome: unknown): boolean => typeof outcome === 'object' && outcome !== null && 'broke' in outcome;

/** A cluster of Debian's etcd and one of ours, both fresh, done the same to. */
export class Pair {
  readonly #etcd: Side;
  readonly #ours: Side;
  readonly world: World;

  private constructor(etcd: Side, ours: Side) {
    this.#etcd = etcd;
    this.#ours = ours;
    this.world = { members: ours.size, revision: 1, compactRevision: -1, compactions: [] };
  }

  static async start(members = 1): Promise<Pair> {
    const started = await Promise.allSettled((['etcd', 'quorate'] as const).map((kind) => Target.start(kind, members, { flags: members > 1 ? calm : [] })));
    const targets = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed) {
      await Promise.all(targets.map((target) => target.stop()));
      throw failed.reason;
    }
    const [etcd, ours] = targets.map((target) => new Side(target));
    return new Pair(etcd!, ours!);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#etcd.stop(), this.#ours.stop()]);
  }

  /** Does the steps of these numbers, one after the other, until the outcomes of one differ. */
  async run(seed: number, indexes: Iterable<number>, tally: Tally): Promise<Failure | undefined> {
    for (const index of indexes) {
      const step = stepAt(seed, index, this.world);
      this.#etcd.position = this.#ours.position = positionAt(seed, index, this.#ours.size);
      const [etcd, ours] = await Promise.all([outcomeOf(step, this.#etcd), outcomeOf(step, this.#ours)]);
      count(tally.outcomes, `${step.name}${step.way === undefined ? '' : ` ${step.way}`}: ${isRefusal(etcd) ? etcd.error : 'ok'}`);
      const left = this.#unexplained(etcd, ours, step, tally);
      if (left.length > 0) return { index, step, mismatches: left };
      this.#learn(step, etcd);
    }
    return undefined;
  }

  #unexplained(etcd: unknown, ours: unknown, step: Step, tally: Tally): Mismatch[] {
    let left = mismatches(etcd, ours);
    // No difference of the two explains what did not come to an answer.
    if (hasBroken(etcd) || hasBroken(ours)) return left;
    let pair: [unknown, unknown] = [etcd, ours];
    for (const difference of differences) {
      if (left.length === 0) break;
      if (!difference.steps.includes(step.name)) continue;
      const settled = difference.settle(...pair, step, this.world);
      if (!settled) continue;
      const rest = mismatches(...settled);
      if (show(rest) === show(left)) continue;
      count(tally.differences, difference.name);
      pair = settled;
      left = rest;
    }
    return left;
  }

  #learn(step: Step, outcome: unknown): void {
    if (isRefusal(outcome)) return;
    const header = (outcome as { header?: { revision: number } } | undefined)?.header;
    this.world.revision = Math.max(this.world.revision, header?.revision ?? 0);
    if (step.name !== 'compact') return;
    this.world.compactRevision = (step.request as { revision: number }).revision;
    this.world.compactions.push(this.world.compactRevision);
  }
}
