import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Program, freePorts, tempFolder, type TempFolder } from './process.ts';
import { etcdPath } from './tools.ts';

const root = join(import.meta.dirname, '../..');
/** How our members are run: `QUORATE_CMD` can name the source instead of the bundle. */
export const quorateArgs = (process.env['QUORATE_CMD'] ?? join(root, 'dist/quorate.mjs')).split(' ');

export type Kind = 'quorate' | 'etcd';

interface MemberSlot {
  kind: Kind;
  name: string;
  client: number;
  peer: number;
  program: Program | undefined;
}

const kindsByPort = new Map<number, Kind>();

/** What the member is that this process has started at a client port. */
export const servedBy = (clientPort: number): Kind | undefined => kindsByPort.get(clientPort);

/** For clusters whose leader stays: a process that stands still for seconds does not lose what nobody took from it. Leases have at least eight seconds then. */
export const calm = ['--election-timeout=5000'];

export interface TargetOptions {
  /** Flags for every member, beside those that make it one. */
  flags?: readonly string[];
  /** Further ones for members of ours. */
  ownFlags?: readonly string[];
}

/** A cluster of real processes, of ours, of Debian's etcd, or of both, started with the same flags. */
export class Target {
  /** Of its first member, and of all unless it is mixed. */
  readonly kind: Kind;
  readonly #members: MemberSlot[];
  readonly #folder: TempFolder;
  readonly #options: TargetOptions;

  private constructor(kind: Kind, members: MemberSlot[], folder: TempFolder, options: TargetOptions) {
    this.kind = kind;
    this.#options = options;
    this.#members = members;
    this.#folder = folder;
  }

  static start(kind: Kind, count: number, options: TargetOptions = {}): Promise<Target> {
    return Target.mixed(Array.from({ length: count }, () => kind), options);
  }

  static async mixed(kinds: readonly Kind[], options: TargetOptions = {}): Promise<Target> {
    const ports = await freePorts(kinds.length * 2);
    const members = kinds.map((kind, i): MemberSlot => ({ kind, name: `m${i + 1}`, client: ports[i * 2]!, peer: ports[i * 2 + 1]!, program: undefined }));
    const target = new Target(kinds[0]!, members, tempFolder(kinds[0]!), options);
    try {
      await Promise.all(members.map((_, i) => target.startMember(i)));
    } catch (error) {
      await target.stop();
      throw error;
    }
    return target;
  }

  /** Each member's data is in a folder of its name. */
  get folder(): string {
    return this.#folder.path;
  }

  get endpoints(): string[] {
    return this.#members.map((member) => `http://127.0.0.1:${member.client}`);
  }

  get pids(): number[] {
    return this.#members.flatMap((member) => (member.program?.running ? [member.program.child.pid!] : []));
  }

  kindOf(i: number): Kind {
    return this.#members[i]!.kind;
  }

  output(i: number): string {
    return this.#members[i]!.program?.output ?? '';
  }

  get peerUrls(): string[] {
    return this.#members.map((member) => `http://127.0.0.1:${member.peer}`);
  }

  /** Makes room for one more member; `startMember` with `existing` starts it, once the cluster knows its peer URL. */
  async addSlot(kind: Kind = this.kind): Promise<number> {
    const [client, peer] = await freePorts(2);
    return this.#members.push({ kind, name: `m${this.#members.length + 1}`, client: client!, peer: peer!, program: undefined }) - 1;
  }

  /** Starts one; resolves when it serves. */
  async startMember(i: number, state: 'new' | 'existing' = 'new', more: readonly string[] = []): Promise<void> {
    await this.launchMember(i, state, more).saying(/ready to serve client requests/);
  }

  /** Starts one that may never serve. */
  launchMember(i: number, state: 'new' | 'existing', more: readonly string[] = []): Program {
    const member = this.#members[i]!;
    kindsByPort.set(member.client, member.kind);
    const flags = [
      `--name=${member.name}`, '--data-dir', join(this.#folder.path, member.name), `--listen-client-urls=http://127.0.0.1:${member.client}`,
      `--advertise-client-urls=http://127.0.0.1:${member.client}`, `--listen-peer-urls=http://127.0.0.1:${member.peer}`,
      '--initial-advertise-peer-urls', `http://127.0.0.1:${member.peer}`,
      '--initial-cluster', this.#members.map(({ name, peer }) => `${name}=http://127.0.0.1:${peer}`).join(','),
      `--initial-cluster-state=${state}`, `--initial-cluster-token=test-${this.#members[0]!.client}`,
      ...(this.#options.flags ?? []), ...(member.kind === 'quorate' ? (this.#options.ownFlags ?? []) : []), ...more,
    ];
    const [command, args] = member.kind === 'etcd' ? [etcdPath, flags] : [process.execPath, [...quorateArgs, 'member', ...flags]];
    member.program = new Program(`${member.kind} ${member.name}`, command, args);
    return member.program;
  }

  /** Its folder is lost with all that is in it. */
  loseFolder(i: number): void {
    rmSync(join(this.#folder.path, this.#members[i]!.name), { recursive: true });
  }

  async killMember(i: number): Promise<void> {
    await this.#members[i]!.program?.end('SIGKILL');
  }

  async stopMember(i: number): Promise<void> {
    await this.#members[i]!.program?.end('SIGTERM');
  }

  /** The process stands still; its sockets take what comes. */
  pauseMember(i: number): void {
    this.#members[i]!.program?.child.kill('SIGSTOP');
  }

  resumeMember(i: number): void {
    this.#members[i]!.program?.child.kill('SIGCONT');
  }

  /** Resolves with its exit code when a member has ended by itself. */
  async ended(i: number): Promise<number | null | undefined> {
    return (await this.#members[i]!.program?.exited)?.code;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.program?.end('SIGKILL')));
    this.#folder.remove();
  }
}
