/**
 * Shows that the proofs bite: each mutation breaks one rule with one line, and the transcripts, the simulator or, at the last,
 * the tests of raft's rules must see it. It says which did.
 *
 *   node test/sim/mutations.ts            all of them
 *   node test/sim/mutations.ts TEXT       those whose name has the text in it
 *
 * The project is copied to a temporary folder; the work tree is never touched.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcriptsDir } from '../transcripts/replay.ts';

interface Mutation {
  name: string;
  file: string;
  find: string;
  replace: string;
}

/** Seeds that the simulator gets to see it. */
const seeds = '1..1500';
const root = join(import.meta.dirname, '../..');

const mutations: readonly Mutation[] = [
  { name: 'the vote is not persisted', file: 'core/wal/wal.ts', find: 'writer.frame(RecordType.state, encodeHardState(state));\n      if (entries.length', replace: 'writer.frame(RecordType.state, encodeHardState({ ...state, vote: 0n }));\n      if (entries.length' },
  { name: 'an older term’s entry is committed by count', file: 'core/raft/log.ts', find: '|| !this.matchTerm(index, term)) return false;', replace: ') return false;' },
  { name: 'a learner counts in the quorum', file: 'core/raft/confchange/changer.ts', find: "draft.progress.set(id, this.#newProgress(true));\n      draft.learners.add(id);", replace: "draft.progress.set(id, this.#newProgress(false));\n      draft.incoming.add(id);" },
  { name: 'writes are acknowledged before they are synced', file: 'core/wal/wal.ts', find: 'else if (sync) await this.#file.datasync();', replace: 'else if (sync) void 0;' },
  { name: 'a follower promises before it has written', file: 'core/member/ready-loop.ts', find: 'if (leading) this.#send(ready.messages);', replace: 'this.#send(ready.messages);' },
  { name: 'a member votes twice in a term', file: 'core/raft/raft.ts', find: 'if (m.type === MessageType.vote) {\n        this.electionElapsed = 0;\n        this.vote = m.from;', replace: 'if (m.type === MessageType.vote) {\n        this.electionElapsed = 0;' },
  { name: 'a vote goes to a log that is behind', file: 'core/raft/raft.ts', find: 'if (canVote && this.log.isUpToDate(m.index, m.logTerm)) {', replace: 'if (canVote) {' },
  { name: 'a quorum is one less than a majority', file: 'core/raft/quorum/majority.ts', find: 'return Math.floor(voters / 2) + 1;', replace: 'return Math.max(1, Math.floor(voters / 2));' },
  { name: 'appends are taken without looking at what precedes them', file: 'core/raft/log.ts', find: 'if (!this.matchTerm(prevIndex, prevTerm)) return undefined;', replace: 'if (prevIndex > this.lastIndex()) return undefined;' },
  { name: 'a heartbeat commits what the follower may not have', file: 'core/raft/raft.ts', find: 'const commit = Math.min(progress.match, this.log.committed);', replace: 'const commit = this.log.committed;' },
  { name: 'reads are answered without a quorum', file: 'core/raft/role-leader.ts', find: "if (raft.readOnly.option === 'leaseBased') answerRead", replace: 'if (true) answerRead' },
  { name: 'reads do not wait until their index is applied', file: 'core/member/read-index.ts', find: 'if (index <= this.#ports.appliedIndex()) this.#release', replace: 'if (index >= 0) this.#release' },
  { name: 'a reader joins the round that began before it', file: 'core/member/read-index.ts', find: '    this.#queued.push(id);\n', replace: '    if (this.#round) this.#round.waiters.push(id);\n    else this.#queued.push(id);\n' },
  { name: 'a new leader reads before it has committed', file: 'core/raft/role-leader.ts', find: 'else if (!raft.committedInCurrentTerm()) raft.pendingReads.push(m);', replace: '' },
  { name: 'entries are applied twice after a restart', file: 'core/mvcc/store.ts', find: "value: encodeIndex(this.#consistentIndex) });\n    ops", replace: "value: encodeIndex(Math.max(0, this.#consistentIndex - 1)) });\n    ops" },
  { name: 'a torn record is taken for the end of a whole log', file: 'core/wal/frames.ts', find: 'return record.crc === expected ? record :', replace: 'return record.crc === expected || record.type > 1 ? record :' },
  { name: 'a second change of members is let in before the first is applied', file: 'core/raft/role-leader.ts', find: 'if (raft.pendingConfIndex > raft.log.applied) {', replace: 'if (raft.pendingConfIndex > Infinity) {' },
  { name: 'a candidate does not wait for the changes of members that it has not applied', file: 'core/raft/raft.ts', find: 'if (this.log.hasUnappliedConfChange()) {', replace: 'if (this.log.hasUnappliedConfChange() && this.term < 0) {' },
  { name: 'a removed voter is still counted', file: 'core/raft/confchange/changer.ts', find: '  draft.incoming.delete(id);\n  draft.learners.delete(id);\n  draft.learnersNext.delete(id);\n  if', replace: '  draft.learners.delete(id);\n  draft.learnersNext.delete(id);\n  if' },
  { name: 'what was read from the log is not written again', file: 'core/wal/wal.ts', find: '  await file.write(from, bytes.subarray(from));\n', replace: '' },
  { name: 'names in the log’s folder are not synced when it is opened', file: 'core/wal/wal.ts', find: 'for (const folder of [dir, parentOf(dir)]) await', replace: 'for (const folder of [parentOf(dir)]) await' },
  { name: 'a received database is not synced', file: 'core/member/received-file.ts', find: '    await this.#sync;\n    await this.#file.datasync();\n', replace: '    await this.#sync;\n' },
  { name: 'a snapshot is accepted without a record of it in the log', file: 'core/member/snapshots.ts', find: '    await wal.saveSnapshot({ index, term, confState });\n', replace: '' },
  { name: 'the commit index that comes with a snapshot is not synced', file: 'core/member/ready-loop.ts', find: 'const sync = ready.mustSync || ready.snapshot !== undefined;', replace: 'const sync = ready.mustSync;' },
  { name: 'the log is truncated before the store is durable', file: 'core/member/snapshots.ts', find: '    this.#parts.store.flush().then(', replace: '    Promise.resolve().then(' },
  { name: 'a received snapshot drops the log that a restart still needs', file: 'core/member/snapshots.ts', find: '    this.#lastIndex = index;\n  }', replace: '    this.#lastIndex = index;\n    await this.#release(index);\n  }' },
  { name: 'what is committed while a snapshot is installed is forgotten', file: 'core/member/ready-loop.ts', find: 'for (const entry of entries) this.#held.push(entry);', replace: '' },
  { name: 'watchers do not hear of what a snapshot brought', file: 'core/member/host.ts', find: '    watchHub.storeReplaced();\n', replace: '' },
  { name: 'a crash between a snapshot and its installation is not made good for', file: 'core/member/snapshots.ts', find: '      await installDatabase(at, snapshot, found?.snapshot.data ?? noData);\n', replace: '' },
  { name: 'a leader that stood still renews without asking', file: 'core/member/lease-keeper.ts', find: 'if (this.#doubted || this.#ports.clock.nowMs() - this.#lastTickMs > this.#ports.maxTickGapMs) await', replace: 'if (this.#doubted && !this.#lessor.primary) await' },
  { name: 'a new leader does not give leases their time again', file: 'core/lease/lessor.ts', find: 'lease.expiresMs = nowMs + seconds * 1000 + extendMs;', replace: 'lease.expiresMs = nowMs + extendMs + seconds;' },
];

/** Runs a check in the copy; what it said when it failed: then it has seen the mutation. */
function sees(copy: string, script: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, [join(copy, script), ...args], { cwd: copy, encoding: 'utf8', timeout: 900_000, env: { ...process.env, QUORATE_RAFT_TESTDATA: transcriptsDir } });
  // Without a status it ran out of time, which shows nothing.
  return status === 0 || status === null ? undefined : stdout;
}

function probe(mutation: Mutation): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), 'quorate-mutation-'));
  try {
    for (const folder of ['core', 'test']) cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: (path) => !path.includes('/shots') });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const path = join(copy, mutation.file);
    const text = readFileSync(path, 'utf8');
    if (text.split(mutation.find).length !== 2) throw new Error(`${mutation.name}: ${mutation.file} has the line ${text.split(mutation.find).length - 1} times`);
    writeFileSync(path, text.replace(mutation.find, () => mutation.replace));
    if (sees(copy, 'test/transcripts/run.ts', []) !== undefined) return 'the transcripts';
    const failure = sees(copy, 'test/sim/run.ts', ['--seeds', seeds]);
    if (failure !== undefined) return `the simulator, ${/^seed \d+/m.exec(failure)?.[0] ?? failure.slice(-200)}`;
    // Some worlds are too rare for a bounded number of seeds: the paper's figure 8 is one.
    // A test that only runs out of its time has seen nothing.
    return sees(copy, 'node_modules/vitest/vitest.mjs', ['run', '--testTimeout', '0', 'core/raft']) !== undefined ? 'the tests of the rules' : undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const wanted = process.argv[2] ?? '';
const chosen = mutations.filter(({ name }) => name.includes(wanted));
let missed = 0;
for (const mutation of chosen) {
  const by = probe(mutation);
  if (by === undefined) missed++;
  process.stdout.write(`${by === undefined ? 'MISSED' : 'caught'}  ${mutation.name}${by === undefined ? '' : ` (by ${by})`}\n`);
}
if (chosen.length === 0) process.stderr.write(`no mutation has "${wanted}" in its name; there are: ${mutations.map(({ name }) => name).join('; ')}\n`);
else process.stdout.write(`mutations: ${missed === 0 ? `all ${chosen.length} caught` : `${missed} of ${chosen.length} missed`}\n`);
process.exitCode = missed > 0 || chosen.length === 0 ? 1 : 0;
