/**
 * Builds `dist/`: the command line, the members' worker, Electron's entries and the page.
 *
 *   node build/bundle.ts             builds what is stale
 *   node build/bundle.ts --force     builds everything
 */
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild, type BuildOptions, type Plugin } from 'esbuild';
import { build as vite } from 'vite';
import { buildAndStamp, isStale, type Target } from './stale.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Native, or kept whole because they find their own files: looked up in node_modules at run time. */
const external = ['lmdb', 'electron'];

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external,
  legalComments: 'none',
  logLevel: 'warning',
  minifySyntax: true,
};

/** CommonJS packages inside of an ES module still ask for `require`. */
const requireBanner = "import { createRequire as quorateRequire } from 'node:module'; const require = quorateRequire(import.meta.url);";

/**
 * As an ES import `node:http` gives out the globals WebSocket, CloseEvent and MessageEvent too, and so loads all of undici:
 * a tenth of the CPU of a member's start. As a CommonJS one it does not.
 */
const requireHttp: Plugin = {
  name: 'require-http',
  setup(build) {
    build.onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, namespace: 'require-http' }));
    build.onLoad({ filter: /.*/, namespace: 'require-http' }, ({ path }) => ({ contents: `const load = require; module.exports = load('${path}');`, loader: 'js' }));
  },
};

async function bundleNode(): Promise<void> {
  rmSync(join(dist, 'chunks'), { recursive: true, force: true });
  await esbuild({
    ...common,
    entryPoints: { quorate: 'core/cli/main.ts', 'member-worker': 'core/fleet/member-worker.ts' },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: requireBanner },
    plugins: [requireHttp],
  });
  chmodSync(join(dist, 'quorate.mjs'), 0o755);
}

async function bundleElectron(): Promise<void> {
  await esbuild({ ...common, entryPoints: ['electron/main.ts'], outfile: join(dist, 'electron/main.mjs'), format: 'esm', target: 'node24', banner: { js: requireBanner } });
  // A sandboxed preload is a CommonJS script.
  await esbuild({ ...common, entryPoints: ['electron/preload.ts'], outfile: join(dist, 'electron/preload.cjs'), format: 'cjs', target: 'node24' });
  copyFileSync(join(root, 'build/icons/quorate-512.png'), join(dist, 'electron/icon.png'));
}

async function bundlePage(): Promise<void> {
  await vite({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' });
}

/** What decides of every build: the tools, their settings, and what is installed. */
const tools = ['build/bundle.ts', 'package-lock.json', 'tsconfig.json'];

interface Build extends Target {
  run(): Promise<void>;
}

const targets: readonly Build[] = [
  { name: 'command line', sources: ['core', ...tools], outputs: ['dist/quorate.mjs', 'dist/member-worker.mjs'], run: bundleNode },
  {
    name: 'electron', sources: ['core', 'electron', 'build/icons', ...tools],
    outputs: ['dist/electron/main.mjs', 'dist/electron/preload.cjs', 'dist/electron/icon.png'], run: bundleElectron,
  },
  { name: 'page', sources: ['renderer', 'core/contract', 'core/base', 'build/vite.config.ts', ...tools], outputs: ['dist/renderer/index.html'], run: bundlePage },
];

/** Builds the targets whose sources have changed since they were built last. */
export async function buildStale(force: boolean): Promise<void> {
  for (const target of targets) {
    if (!force && !isStale(root, target)) continue;
    const startedMs = performance.now();
    await buildAndStamp(root, target, () => target.run());
    process.stdout.write(`built ${target.name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  }
}

if (process.argv[1] === import.meta.filename) await buildStale(process.argv.includes('--force'));
