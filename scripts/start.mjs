// `npm start`: from a fresh clone to a working page. Installs dependencies, builds the pages when stale, then runs
// `yingbao serve --demo`. Arguments after `--` are handed on: npm start -- --port 9000
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { buildWeb, checkStarter, childEnvironment, installDependencies, node24, root, say } from './setup.mjs'

checkStarter()
say(
  '应保：启动演示区县（数据均为虚构）。首次约一两分钟：安装依赖、构建网页、生成并核对虚构区县；最后给出网址、账号和口令。按 Ctrl+C 随时停止。',
  'Yingbao: starting the demo district (all data are fictional). The first time takes a minute or two; address, accounts and passwords come last. Ctrl+C stops it.',
)
await installDependencies()
if ((await buildWeb()) !== 0) {
  say('网页构建失败，见上。', 'Building the web pages failed, see above.')
  process.exit(1)
}
say('正在启动数据库、服务与成员单位网关……', 'Starting the database, the server and the member-unit gateways …')

const child = spawn(node24(), [join(root, 'bin', 'yingbao.js'), 'serve', '--demo', ...process.argv.slice(2)], {
  cwd: root,
  env: childEnvironment(),
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)))
