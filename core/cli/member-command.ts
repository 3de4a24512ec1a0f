import module from 'node:module';
import { idHex } from '../base/ids.ts';
import { etcdVersion, quorateVersion } from '../base/version.ts';
import { ConfigError, type MemberConfig } from '../member/config.ts';
import { RemovedError } from '../member/host-parts.ts';
import { isExpected } from './expected.ts';
import { jsonLog, openLog, type OpenLog } from './log.ts';
import { readSettings } from './member-flags/read.ts';
import { toConfig, toLogOptions } from './member-flags/to-config.ts';
import { notifySystemd } from './notify-systemd.ts';
import { untilSignal } from './signals.ts';

/** `quorate member`. Exit codes as etcd's when it is process 1: 0 after a signal and for a member that was removed, 1 when it cannot start or go on, 2 for a command line that cannot be read. */
export async function run(args: string[]): Promise<number> {
  let log = jsonLog('info');
  try {
    const asked = await readSettings(args, process.env);
    if (asked.kind === 'help') {
      const { memberHelp } = await import('./member-flags/help.ts');
      process.stdout.write(memberHelp());
      return 0;
    }
    if (asked.kind === 'version') {
      process.stdout.write(`etcd Version: ${etcdVersion}\nQuorate Version: ${quorateVersion}\n`);
      return 0;
    }
    log = openLog(toLogOptions(asked.settings));
    for (const { level, message, fields } of asked.settings.remarks) log.log(level, message, fields);
    return await host(toConfig(asked.settings), log);
  } catch (error) {
    if (!isExpected(error)) throw error;
    log.log('error', error instanceof ConfigError ? 'failed to verify flags' : 'failed to start', { error: error.message });
    return 1;
  } finally {
    log.close();
  }
}

async function host(config: MemberConfig, log: OpenLog): Promise<number> {
  const signal = untilSignal();
  const { name, dataDir, listenPeerUrls, listenClientUrls, advertiseClientUrls, initialClusterState } = config;
  log.log('info', 'starting a member', {
    name, 'data-dir': dataDir, 'listen-peer-urls': listenPeerUrls.join(','), 'listen-client-urls': listenClientUrls.join(','), 'advertise-client-urls': advertiseClientUrls.join(','),
    'initial-cluster': config.initialCluster.flatMap((one) => one.peerUrls.map((url) => `${one.name}=${url}`)).join(','), 'initial-cluster-state': initialClusterState,
    'etcd-version': etcdVersion, 'quorate-version': quorateVersion, 'node-version': process.versions.node, pid: process.pid,
  });
  // The engine is loaded for whoever gets this far: a refused flag answers at once.
  const { openMember } = await import('../fleet/compose-member.ts');
  const member = await Promise.race([openMember(config, log), signal]);
  if (typeof member === 'string') {
    log.log('info', 'received a signal before the member had started', { signal: member });
    // It may be reading gigabytes, or asking others; what is on disk can be gone on with at any moment.
    process.exit(0);
  }
  member.ready.then(
    () => {
      // Told at any level: scripts and supervisors wait for this line.
      log.tell('ready to serve client requests', { name, 'client-urls': listenClientUrls.join(','), 'member-id': idHex(member.id), 'cluster-id': idHex(member.clusterId) });
      void notifySystemd(process.env, log);
      // The next start finds it, though this process be killed.
      module.flushCompileCache?.();
    },
    () => {},
  );
  const reason = await Promise.race([signal.then((caught) => void log.log('info', 'received signal; shutting down', { signal: caught })), member.stopped]);
  if (reason instanceof RemovedError) {
    log.log('warn', 'member ended; the data-dir used by it must be removed', { error: reason.message, 'data-dir': dataDir });
    return 0;
  }
  if (reason) {
    log.log('error', 'member ended', { error: reason.message });
    return 1;
  }
  await member.stop();
  log.log('info', 'the member has stopped', { name });
  return 0;
}
