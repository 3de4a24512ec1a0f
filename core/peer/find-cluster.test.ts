import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberToJson } from '../member/member-json.ts';
import { nodeClock } from '../node/node-clock.ts';
import { isKnownToRun, otherMembers } from './find-cluster.ts';

const members = [
  { id: 7n, name: 'ran', peerUrls: ['http://a:2380'], clientUrls: ['http://a:2379'], isLearner: false },
  { id: 8n, name: '', peerUrls: ['http://b:2380'], clientUrls: [], isLearner: false },
];
const patientMs = 60_000;
let peer: Server;
let url: string;
beforeAll(async () => {
  peer = createServer((_request, response) => response.writeHead(200, { 'X-Etcd-Cluster-ID': 'beef' }).end(`[${members.map(memberToJson).join(',')}]`));
  await new Promise<void>((done) => peer.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
});
afterAll(() => void peer.close());

test('a member has run when another one lists it with client URLs', async () => {
  const gone = createServer();
  await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
  const nobody = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((done) => gone.close(done));
  expect(await isKnownToRun(7n, [nobody, url], patientMs, nodeClock)).toBe(true);
  expect(await isKnownToRun(8n, [url], patientMs, nodeClock)).toBe(false);
  expect(await isKnownToRun(9n, [url], patientMs, nodeClock)).toBe(false);
  expect(await isKnownToRun(7n, [nobody], patientMs, nodeClock)).toBe(false);
  expect(await isKnownToRun(7n, [], patientMs, nodeClock)).toBe(false);
});

test('one that knows no members yet is no answer', async () => {
  const early = createServer((_request, response) => response.writeHead(200, { 'X-Etcd-Cluster-ID': 'beef' }).end('[]\n'));
  await new Promise<void>((done) => early.listen(0, '127.0.0.1', done));
  const empty = `http://127.0.0.1:${(early.address() as AddressInfo).port}`;
  expect(await otherMembers([empty, url], patientMs, nodeClock).find()).toEqual({ clusterId: 0xbeefn, members });
  await expect(otherMembers([empty], patientMs, nodeClock).find()).rejects.toThrow(`${empty}: it knows no members yet`);
  await new Promise((done) => early.close(done));
});
