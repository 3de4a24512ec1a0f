import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { LogLevel, LogSink } from '../ports/log.ts';
import { openMember } from './compose-member.ts';
import type { FromWorker, ToWorker, WorkerInit } from './worker-protocol.ts';

/** The thread of one hosted member. It ends with the member. */
assert(parentPort, 'member-worker runs as a worker thread only');
const port = parentPort;
const { config, logLevel } = workerData as WorkerInit;

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const tell = (message: FromWorker): void => port.postMessage(message);
const log: LogSink = {
  log(level, message, fields) {
    if (order.indexOf(level) >= order.indexOf(logLevel)) tell({ kind: 'log', level, message, fields });
  },
};

async function main(): Promise<void> {
  const member = await openMember(config, log);
  tell({ kind: 'opened', id: member.id, clusterId: member.clusterId });
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'stop':
        void member.stop().then(() => process.exit(0));
        return;
      case 'kill':
        member.kill();
        process.exit(0);
        return;
      case 'setLink':
        member.setLink(message.peer, message.link);
        return;
    }
  });
  member.ready.then(() => tell({ kind: 'ready' }), () => {});
  const reason = await member.stopped;
  if (reason) fail(reason);
}

function fail(error: unknown): void {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  // The message must leave the thread before it ends.
  setImmediate(() => process.exit(1));
}

main().catch(fail);
