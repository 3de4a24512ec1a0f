import type { MemberId } from '../../base/ids.ts';
import { Table, type Backend, type BackendOp } from '../../mvcc/backend.ts';
import { AlarmMember, AlarmRequestAlarmAction as Action, AlarmResponse, AlarmType, type AlarmRequest } from '../../proto/gen/rpc.ts';

/** The alarms that are on, by member and kind. */
export class Alarms {
  readonly #stage: (op: BackendOp) => void;
  #on: AlarmMember[] = [];

  constructor(stage: (op: BackendOp) => void) {
    this.#stage = stage;
  }

  load(backend: Backend): void {
    this.#on.length = 0;
    for (const row of backend.scan(Table.alarm, new Uint8Array(0))) this.#on.push(AlarmMember.decode(row.key));
  }

  list(kind: number = AlarmType.NONE): AlarmMember[] {
    return this.#on.filter((alarm) => kind === AlarmType.NONE || alarm.alarm === kind);
  }

  has(kind: number): boolean {
    return this.#on.some((alarm) => alarm.alarm === kind);
  }

  apply(request: AlarmRequest): AlarmResponse {
    switch (request.action) {
      case Action.GET:
        return AlarmResponse.create({ alarms: this.list(request.alarm) });
      case Action.ACTIVATE:
        return AlarmResponse.create({ alarms: request.alarm === AlarmType.NONE ? [] : [this.#activate(request.memberId, request.alarm)] });
      case Action.DEACTIVATE:
        return AlarmResponse.create({ alarms: this.#deactivate(request.memberId, request.alarm) });
      default:
        // etcd crashes here; the log must stay applicable.
        return AlarmResponse.create();
    }
  }

  #activate(memberId: MemberId, alarm: number): AlarmMember {
    const known = this.#on.find((item) => item.memberId === memberId && item.alarm === alarm);
    if (known) return known;
    const added: AlarmMember = { memberId, alarm };
    this.#on.push(added);
    this.#stage({ kind: 'put', table: Table.alarm, key: AlarmMember.encode(added), value: new Uint8Array(0) });
    return added;
  }

  #deactivate(memberId: MemberId, alarm: number): AlarmMember[] {
    const known = this.#on.find((item) => item.memberId === memberId && item.alarm === alarm);
    if (!known) return [];
    this.#on = this.#on.filter((item) => item !== known);
    this.#stage({ kind: 'delete', table: Table.alarm, key: AlarmMember.encode(known) });
    return [known];
  }
}
