/** Whether Electron can show a window on this machine, and why not: pure, so that other machines can be tried. */

export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  /** Undefined where there is no such thing. */
  uid: number | undefined;
  /** Content of a file under /proc/sys, trimmed; undefined: it is not there. */
  setting(name: string): string | undefined;
  /** Electron's helper for a sandbox without user namespaces. */
  sandboxHelper: { path: string; uid: number; mode: number } | undefined;
}

/** Undefined: there is a display, and a user to show it to. */
export function noDisplay({ platform, env, uid }: Machine): string | undefined {
  if (platform !== 'linux') return undefined;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  // It would run with --no-sandbox alone, and a page without its sandbox is not worth a window.
  return uid === 0 ? 'Electron does not run as root with its sandbox' : undefined;
}

/**
 * Chromium's sandbox on Linux is made of user namespaces, or by a helper that is root's; without both it ends at once. Debian's kernel
 * can be told not to give namespaces to users; Ubuntu's, since 23.10, keeps them from programs that AppArmor does not know.
 */
export function noSandbox({ platform, setting, sandboxHelper }: Machine): string | undefined {
  if (platform !== 'linux') return undefined;
  const kept = setting('kernel/unprivileged_userns_clone') === '0' || setting('kernel/apparmor_restrict_unprivileged_userns') === '1' || setting('user/max_user_namespaces') === '0';
  if (!kept || (sandboxHelper?.uid === 0 && (sandboxHelper.mode & 0o4000) !== 0)) return undefined;
  const helper = `'${sandboxHelper?.path ?? 'node_modules/electron/dist/chrome-sandbox'}'`;
  return `this system keeps Electron from making its sandbox; for a window, once: sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`;
}

/** Chromium takes the arguments of an Electron app for its own, so the folder goes by the environment. */
export function electronEnv(env: NodeJS.ProcessEnv, home: string | undefined): NodeJS.ProcessEnv {
  // Set in terminals of apps that are made with Electron themselves: it would run as plain Node.
  const { ELECTRON_RUN_AS_NODE: _asNode, ...rest } = env;
  return home === undefined ? rest : { ...rest, QUORATE_HOME: home };
}
