/** `yingbao journal verify`: everything that proves something, computed again; what does not hold is told. */
import { userInfo } from 'node:os'
import { type KeptSeal, runCheck } from '#journal'
import { monotonicMs } from '#platform/clock'
import { givenLogins, readConfig } from '#platform/config'
import { openInstallation } from '../run/installation.ts'
import { proofDoors } from '../server/jobs.ts'
import type { Io } from './io.ts'
import { readOptions, textOf } from './options.ts'
import { progressDisplay } from './progress.ts'

const help = `yingbao journal verify [--json] [--seal N:ROOT]

在数据库之外重新计算：每条日志及其所在的链、链头、每枚封记（号码、签名、所覆盖的日志），每份核对报告的指纹和签名；
并与别处留存的封记对照：协同交换的锚、成员单位对账单、核对报告。可随时运行，不影响办理；结果见“存证检查”页面。
  --json         以 JSON 写出
  --seal N:ROOT  另与一枚封记对照，照纸质报告末尾“日志封记第 N 号”抄录（ROOT 为 64 位，空格可略）
退出码：0 完好；1 有不符，逐项写明；2 参数有误；3 无法完成检查

Recomputes, outside the database, every journal entry, chain, head and seal and every signed report, and compares the seals that
anchors, member units, reports (and, with --seal, a paper) hold. Exit codes: 0 intact; 1 something does not hold, each told; 2 bad
arguments; 3 the check could not be done.
`

const exits = { intact: 0, damaged: 1, badArguments: 2, unusable: 3 } as const

/** A seal as copied from a paper; undefined when it is none. */
function broughtSeal(text: string): KeptSeal | undefined {
  const [, no, root] = /^(\d{1,15})[:：]((?:[0-9a-f]\s*){64})$/i.exec(text.trim()) ?? []
  if (no === undefined || root === undefined) return undefined
  return { sealNo: Number(no), root: root.replace(/\s/g, '').toLowerCase(), where: '所带纸质材料' }
}

function wrong(text: string, io: Io): number {
  io.stderr.write(`参数有误：${text}（详见 yingbao journal --help）\n`)
  return exits.badArguments
}

async function verify(brought: readonly KeptSeal[], asJson: boolean, io: Io): Promise<number> {
  const config = readConfig()
  const { dataDir, databaseUrl, keysFile } = config
  const installation = await openInstallation({ dataDir, databaseUrl, logins: givenLogins(config), keysFile })
  const display = progressDisplay(io.stderr)
  try {
    const { db, workerDb, keys, clock } = installation
    const began = monotonicMs()
    const by = `system:${userInfo().username}`
    const onRows = (rows: number): void => display.show('journal', `已核对日志 ${rows} 条`)
    const { check, alarms } = await runCheck(proofDoors, { db, workerDb, keys, clock, by, brought, onRows })
    display.end()
    const seconds = Math.round(monotonicMs() - began) / 1000
    if (asJson) io.stdout.write(`${JSON.stringify({ ...check, seconds, found: alarms }, null, 1)}\n`)
    else {
      for (const { fault } of alarms) io.stdout.write(`不符：${fault}\n`)
      io.stdout.write(
        `日志 ${check.entries} 条、${check.chains} 条链，封记 ${check.seals} 枚（最后第 ${check.lastSeal} 号），别处留存的封记 ${check.anchors} 件，核对报告 ${check.reports} 份，用时 ${seconds} 秒\n`,
      )
      if (check.failure === null) io.stdout.write(check.faults === 0 ? '全部完好\n' : `发现 ${check.faults} 处不符\n`)
    }
    if (check.failure !== null) {
      io.stderr.write(`${check.failure}\n`)
      return exits.unusable
    }
    return check.faults === 0 ? exits.intact : exits.damaged
  } finally {
    await installation.stop()
  }
}

/** Runs the command; gives its exit code. */
export async function runJournal(argv: readonly string[], io: Io): Promise<number> {
  const [kind, ...rest] = argv
  if (kind === undefined || argv.includes('--help')) {
    io.stdout.write(help)
    return kind === undefined ? exits.badArguments : exits.intact
  }
  if (kind !== 'verify') return wrong('应为 verify', io)
  const values = readOptions(rest, { json: 'flag', seal: 'text' })
  if (typeof values === 'string') return wrong(values, io)
  const text = textOf(values, 'seal')
  const seal = text === undefined ? undefined : broughtSeal(text)
  if (text !== undefined && seal === undefined) return wrong('--seal 应写作 号码:根，根为 64 位十六进制', io)
  return verify(seal === undefined ? [] : [seal], values.json === true, io)
}
