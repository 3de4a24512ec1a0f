/** Validators of everything the renderer sends. Bounds are part of the contract. */
import { z } from 'zod';
import { maxTtl } from './limits.ts';
import { ByteString, ClusterKey, HexId } from './types.ts';

/** etcd's default request limit: a larger value could not be written anyway. */
export const maxValueBytes = 1_572_864;
export const maxKeyBytes = 65_536;
export const maxPageItems = 1_000;
export const maxHistoryEntries = 500;

const key = ByteString.refine((k) => k.length > 0, 'the key is empty: etcd keys have at least one byte').refine(
  (k) => k.length <= maxKeyBytes,
  `the key is longer than ${maxKeyBytes} bytes`,
);
const value = ByteString.refine((v) => v.length <= maxValueBytes, `the value is longer than ${maxValueBytes} bytes, etcd's default limit`);
const revision = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const cluster = ClusterKey;

export const ClusterInput = z.object({ cluster });
export const MemberInput = z.object({ cluster, member: HexId });

export const CreateClusterInput = z.object({
  name: z.string().trim().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}$/, 'use 1 to 40 letters, digits, dots, dashes or underscores'),
  members: z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)]),
  /** Learners are promoted when they have been in sync for so long, milliseconds; 0: by hand. */
  learnerAutoPromoteMs: z.number().int().min(0).max(86_400_000),
});
export type CreateClusterInput = z.infer<typeof CreateClusterInput>;

/** Of a hosted cluster; as when it is made. */
export const ConfigureClusterInput = z.object({ cluster, learnerAutoPromoteMs: CreateClusterInput.shape.learnerAutoPromoteMs });
export type ConfigureClusterInput = z.infer<typeof ConfigureClusterInput>;

const endpoint = z.string().trim().regex(/^(http:\/\/)?[^\s/]+:\d+$/, { error: ({ input }) => `${String(input)}: ${String(input).startsWith('https:') ? 'TLS is not offered yet' : 'write it as host:port'}` });
const endpoints = z.array(endpoint).min(1, 'name at least one endpoint').max(20);
const profileName = z.string().trim().min(1, 'give it a name').max(40);

export const ConnectInput = z.object({ name: profileName, endpoints });
export type ConnectInput = z.infer<typeof ConnectInput>;

export const TestEndpointsInput = z.object({ endpoints });
export type TestEndpointsInput = z.infer<typeof TestEndpointsInput>;

/** Gives a remote cluster's profile another name or other endpoints; its key follows its name. */
export const UpdateProfileInput = z.object({ cluster, name: profileName, endpoints });
export type UpdateProfileInput = z.infer<typeof UpdateProfileInput>;

const peerUrl = z.string().max(300).regex(/^https?:\/\/[^/\s]+:\d+$/, 'a peer URL is a scheme, a host and a port: http://10.0.0.4:2380');

/** Without peer URLs: of a hosted cluster, which has them chosen. */
export const AddMemberInput = z.object({ cluster, peerUrls: z.array(peerUrl).max(10), learner: z.boolean() });
export type AddMemberInput = z.infer<typeof AddMemberInput>;

export const UpdateMemberInput = z.object({ cluster, member: HexId, peerUrls: z.array(peerUrl).min(1).max(10) });
export type UpdateMemberInput = z.infer<typeof UpdateMemberInput>;

export const ChildrenInput = z.object({
  cluster,
  prefix: ByteString,
  separator: ByteString.refine((s) => s.length >= 1 && s.length <= 8, 'the separator has 1 to 8 bytes'),
  after: ByteString.optional(),
  limit: z.number().int().min(1).max(maxPageItems),
  /** 0: the newest; the page says which it was. */
  revision,
});
export type ChildrenInput = z.infer<typeof ChildrenInput>;

export const CountInput = z.object({ cluster, prefix: ByteString, revision });
export type CountInput = z.infer<typeof CountInput>;

export const GetInput = z.object({ cluster, key, revision });
export type GetInput = z.infer<typeof GetInput>;

/** `expectModRevision` 0: the key must not exist. */
export const PutInput = z.object({ cluster, key, value, expectModRevision: revision, lease: HexId.optional() });
export type PutInput = z.infer<typeof PutInput>;

export const DeleteInput = z.object({ cluster, key, expectModRevision: revision });
export type DeleteInput = z.infer<typeof DeleteInput>;

const somePrefix = ByteString.refine((p) => p.length > 0, 'name a prefix: an empty one is all keys');
export const BelowInput = z.object({ cluster, prefix: somePrefix, limit: z.number().int().min(1).max(maxPageItems) });
export type BelowInput = z.infer<typeof BelowInput>;

/** `revision`: none of the keys may have been changed, nor others come, since. */
export const DeletePrefixInput = z.object({ cluster, prefix: somePrefix, revision: revision.min(1) });
export type DeletePrefixInput = z.infer<typeof DeletePrefixInput>;

/** Keys below a prefix that have all the words. */
export const SearchInput = z.object({ cluster, prefix: ByteString, words: z.array(ByteString.refine((word) => word.length >= 1 && word.length <= 500, 'a word has 1 to 500 bytes')).min(1).max(10) });
export type SearchInput = z.infer<typeof SearchInput>;

/** What was done to a key, newest first, before a revision; 0: from now. */
export const HistoryInput = z.object({ cluster, key, before: revision, limit: z.number().int().min(1).max(maxHistoryEntries) });
export type HistoryInput = z.infer<typeof HistoryInput>;

/** Changes under a prefix after `afterRevision`; keys only. */
export const ChangesInput = z.object({ cluster, prefix: ByteString, afterRevision: revision });
export type ChangesInput = z.infer<typeof ChangesInput>;

export const WatchInput = z.object({
  cluster,
  key: ByteString,
  scope: z.enum(['key', 'prefix']),
  /** 0: from now. */
  startRevision: revision,
  puts: z.boolean(),
  deletes: z.boolean(),
});
export type WatchInput = z.infer<typeof WatchInput>;

/** `physical`: answered when the space is free, not when it is decided. */
export const CompactInput = z.object({ cluster, revision: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), physical: z.boolean() });
export type CompactInput = z.infer<typeof CompactInput>;

export const DisarmInput = z.object({ cluster, member: HexId, alarm: z.enum(['NOSPACE', 'CORRUPT']) });
export type DisarmInput = z.infer<typeof DisarmInput>;

/** `path`: a file on the machine of the desk, which must not exist. */
export const SnapshotInput = z.object({ cluster, member: HexId, path: z.string().min(1).max(4_096) });
export type SnapshotInput = z.infer<typeof SnapshotInput>;

const lease = HexId.refine((id) => /[^0]/.test(id), 'lease 0 stands for none: choose another id');

/** Without an id, the cluster chooses one. */
export const GrantInput = z.object({ cluster, ttl: z.number().int().min(1).max(maxTtl), id: lease.optional() });
export type GrantInput = z.infer<typeof GrantInput>;

export const LeaseInput = z.object({ cluster, lease });
export type LeaseInput = z.infer<typeof LeaseInput>;

export const LeaseDetailsInput = z.object({ cluster, leases: z.array(lease).max(200) });
export type LeaseDetailsInput = z.infer<typeof LeaseDetailsInput>;

export const LeaseKeysInput = z.object({ cluster, lease, offset: z.number().int().min(0), limit: z.number().int().min(1).max(maxPageItems) });
export type LeaseKeysInput = z.infer<typeof LeaseKeysInput>;

export const HoldInput = z.object({ cluster, lease, held: z.boolean() });
export type HoldInput = z.infer<typeof HoldInput>;
