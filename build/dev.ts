/** `npm run dev`: the desk from its source, restarted when it changes, and the page built again whenever it changes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
await build({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn', build: { watch: {}, minify: false, sourcemap: true } });
const desk = spawn(process.execPath, ['--watch-path=core', 'core/cli/main.ts', 'desk', '--port=5199', '--no-open', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
const pass = (signal: NodeJS.Signals): void => void desk.kill(signal);
process.on('SIGTERM', pass);
process.on('SIGINT', pass);
desk.once('exit', (code) => process.exit(code ?? 0));
