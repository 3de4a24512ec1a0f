import type { LogSink } from '../ports/log.ts';

/** Tells systemd that the member serves, when it is started as a service of `Type=notify`. */
export async function notifySystemd(env: NodeJS.ProcessEnv, log: LogSink): Promise<void> {
  if (!env['NOTIFY_SOCKET']) return;
  const { spawn } = await import('node:child_process');
  // Node has no datagram sockets on paths; systemd's own tool has, and speaks for this process.
  const tool = spawn('systemd-notify', ['--ready', `--pid=${process.pid}`], { stdio: 'ignore' });
  tool.on('error', (error) => log.log('warn', 'systemd could not be told that the member is ready', { error: error.message }));
  tool.on('exit', (code) => {
    if (code !== 0) log.log('warn', 'systemd could not be told that the member is ready', { 'exit-code': code ?? -1 });
  });
}
