/** The whole boundary between the renderer and the desk, on one typed page. */
import { initTRPC, TRPCError } from '@trpc/server';
import { DeskError, type DeskApi, type DeskErrorCode } from './desk-api.ts';
import {
  AddMemberInput, BelowInput, CompactInput, DeletePrefixInput, DisarmInput, SearchInput, SnapshotInput, TestEndpointsInput, UpdateMemberInput, UpdateProfileInput,
  ChangesInput, ChildrenInput, ClusterInput, ConfigureClusterInput, ConnectInput, CountInput, CreateClusterInput, DeleteInput, GetInput, GrantInput, HistoryInput, HoldInput,
  LeaseDetailsInput, LeaseInput, LeaseKeysInput, MemberInput, PutInput, WatchInput,
} from './inputs.ts';

export interface ContractContext {
  desk: DeskApi;
}

export interface ErrorData {
  code: DeskErrorCode;
  grpcCode: number | undefined;
}

/** All that crosses is plain data that JSON keeps, absent fields aside: there is nothing to transform, in types or at run time. */
const asItIs = { serialize: (data: unknown) => data, deserialize: (data: unknown) => data };

const t = initTRPC.context<ContractContext>().create({
  transformer: asItIs,
  errorFormatter({ shape, error }) {
    const cause = error.cause;
    const data: ErrorData =
      cause instanceof DeskError
        ? { code: cause.code, grpcCode: cause.grpcCode }
        : { code: error.code === 'BAD_REQUEST' ? 'badInput' : 'internal', grpcCode: undefined };
    return { ...shape, data };
  },
});

/** tRPC wraps foreign errors with their message kept; a DeskError becomes the cause. */
const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof DeskError) {
    throw new TRPCError({ code: 'UNPROCESSABLE_CONTENT', message: result.error.cause.message, cause: result.error.cause });
  }
  return result;
});

export const appRouter = t.router({
  info: procedure.query(({ ctx }) => ctx.desk.info()),

  clusters: t.router({
    list: procedure.subscription(({ ctx, signal }) => ctx.desk.clusters(signal!)),
    create: procedure.input(CreateClusterInput).mutation(({ ctx, input }) => ctx.desk.createCluster(input)),
    connect: procedure.input(ConnectInput).mutation(({ ctx, input }) => ctx.desk.connectCluster(input)),
    test: procedure.input(TestEndpointsInput).query(({ ctx, input }) => ctx.desk.testEndpoints(input)),
    update: procedure.input(UpdateProfileInput).mutation(({ ctx, input }) => ctx.desk.updateProfile(input)),
    reconnect: procedure.input(ClusterInput).mutation(({ ctx, input }) => ctx.desk.reconnectCluster(input.cluster)),
    start: procedure.input(ClusterInput).mutation(({ ctx, input }) => ctx.desk.startCluster(input.cluster)),
    stop: procedure.input(ClusterInput).mutation(({ ctx, input }) => ctx.desk.stopCluster(input.cluster)),
    configure: procedure.input(ConfigureClusterInput).mutation(({ ctx, input }) => ctx.desk.configureCluster(input)),
    remove: procedure.input(ClusterInput).mutation(({ ctx, input }) => ctx.desk.removeCluster(input.cluster)),
    status: procedure.input(ClusterInput).subscription(({ ctx, input, signal }) => ctx.desk.status(input.cluster, signal!)),
  }),

  members: t.router({
    start: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.startMember(input.cluster, input.member)),
    stop: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.stopMember(input.cluster, input.member)),
    kill: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.killMember(input.cluster, input.member)),
    restart: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.restartMember(input.cluster, input.member)),
    add: procedure.input(AddMemberInput).mutation(({ ctx, input }) => ctx.desk.addMember(input)),
    remove: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.removeMember(input.cluster, input.member)),
    update: procedure.input(UpdateMemberInput).mutation(({ ctx, input }) => ctx.desk.updateMember(input)),
    promote: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.promoteMember(input.cluster, input.member)),
    moveLeader: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.moveLeader(input.cluster, input.member)),
  }),

  keys: t.router({
    children: procedure.input(ChildrenInput).query(({ ctx, input, signal }) => ctx.desk.children(input, signal)),
    count: procedure.input(CountInput).query(({ ctx, input, signal }) => ctx.desk.count(input, signal)),
    get: procedure.input(GetInput).query(({ ctx, input, signal }) => ctx.desk.get(input, signal)),
    history: procedure.input(HistoryInput).query(({ ctx, input, signal }) => ctx.desk.history(input, signal)),
    put: procedure.input(PutInput).mutation(({ ctx, input }) => ctx.desk.put(input)),
    delete: procedure.input(DeleteInput).mutation(({ ctx, input }) => ctx.desk.deleteKey(input)),
    search: procedure.input(SearchInput).subscription(({ ctx, input, signal }) => ctx.desk.search(input, signal!)),
    below: procedure.input(BelowInput).query(({ ctx, input, signal }) => ctx.desk.below(input, signal)),
    deletePrefix: procedure.input(DeletePrefixInput).mutation(({ ctx, input }) => ctx.desk.deletePrefix(input)),
    changes: procedure.input(ChangesInput).subscription(({ ctx, input, signal }) => ctx.desk.changes(input, signal!)),
  }),

  leases: t.router({
    list: procedure.input(ClusterInput).subscription(({ ctx, input, signal }) => ctx.desk.leases(input.cluster, signal!)),
    details: procedure.input(LeaseDetailsInput).query(({ ctx, input, signal }) => ctx.desk.leaseDetails(input, signal)),
    keys: procedure.input(LeaseKeysInput).query(({ ctx, input, signal }) => ctx.desk.leaseKeys(input, signal)),
    grant: procedure.input(GrantInput).mutation(({ ctx, input }) => ctx.desk.grantLease(input)),
    keepAlive: procedure.input(LeaseInput).mutation(({ ctx, input }) => ctx.desk.keepLeaseAlive(input)),
    hold: procedure.input(HoldInput).mutation(({ ctx, input }) => ctx.desk.holdLease(input)),
    revoke: procedure.input(LeaseInput).mutation(({ ctx, input }) => ctx.desk.revokeLease(input)),
  }),

  maintenance: t.router({
    compaction: procedure.input(ClusterInput).query(({ ctx, input, signal }) => ctx.desk.compaction(input.cluster, signal)),
    compact: procedure.input(CompactInput).mutation(({ ctx, input }) => ctx.desk.compact(input)),
    defragment: procedure.input(MemberInput).mutation(({ ctx, input }) => ctx.desk.defragment(input.cluster, input.member)),
    alarms: procedure.input(ClusterInput).query(({ ctx, input }) => ctx.desk.alarms(input.cluster)),
    disarm: procedure.input(DisarmInput).mutation(({ ctx, input }) => ctx.desk.disarm(input)),
    hashes: procedure.input(ClusterInput).query(({ ctx, input, signal }) => ctx.desk.hashes(input.cluster, signal)),
    saveSnapshot: procedure.input(SnapshotInput).subscription(({ ctx, input, signal }) => ctx.desk.saveSnapshot(input, signal!)),
  }),

  watch: t.router({
    events: procedure.input(WatchInput).subscription(({ ctx, input, signal }) => ctx.desk.watch(input, signal!)),
  }),
});

export type AppRouter = typeof appRouter;
