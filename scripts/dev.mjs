// `npm run dev`: the demo district as `npm start` makes it, and beside it Vite's development server for the pages.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildWeb, checkStarter, childEnvironment, installDependencies, node24, root } from './setup.mjs'

checkStarter()
await installDependencies()
if ((await buildWeb()) !== 0) process.exit(1)
const settings = { cwd: root, env: childEnvironment(), stdio: 'inherit' }
const children = [
  spawn(node24(), ['bin/yingbao.js', 'serve', '--demo', ...process.argv.slice(2)], settings),
  spawn(node24(), [join('node_modules', 'vite', 'bin', 'vite.js'), 'apps/web'], settings),
]
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal)
  })
}
for (const child of children) {
  child.on('exit', (code) => {
    for (const other of children) other.kill('SIGTERM')
    process.exitCode = code ?? 1
  })
}
