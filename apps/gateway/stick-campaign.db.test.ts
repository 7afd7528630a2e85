import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadAnswers, pendingRequests } from '#exchange'
import { childEnvironment, packageRoot } from '#platform/config'
import { silentLog } from '#platform/log'
import { testDb } from '#testkit/db'
import { VerifiedDistrict } from '#testkit/verified-district'
import { writeBundle } from '#wire'
import { takeBundles } from '#wire/server'
import { type CentreLine, openCentreLine } from '../run/centre-endpoint.ts'
import { runGatewayBundle } from './bundle-command.ts'
import { systemClock } from './clock.ts'

let district: VerifiedDistrict
let centre: CentreLine
let running: ChildProcess | undefined

beforeAll(async () => {
  district = new VerifiedDistrict(await testDb(), 50)
  await district.prepare({ households: 40, offLine: ['banks'] })
  district.startWorker()
  centre = openCentreLine({ ...district.rig.deps, db: district.db.pool, log: silentLog })
})
afterAll(async () => {
  running?.kill()
  await centre.close()
  await district.stopWorker()
  await district.rig.close()
})

/** Runs a command of the product on the test's installation. Throws with what it wrote when it does not end well. */
async function yingbao(...args: string[]): Promise<void> {
  const { rig, db, dir } = district
  const env = childEnvironment({ ...db.environment, YINGBAO_DATA_DIR: dir, YINGBAO_KEYS_FILE: rig.keysFile })
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'apps/cli/main.ts', ...args], {
    cwd: packageRoot,
    env,
  })
  running = child
  const parts: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(String(part)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${args.slice(0, 2).join(' ')}: ${code}\n${parts.join('')}`)
}

function filesIn(dir: string): string[] {
  mkdirSync(dir, { recursive: true })
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ybx'))
    .map((name) => join(dir, name))
}

/** The stick goes to the unit and back by the commands that people give. */
async function carryByCommand(config: string): Promise<void> {
  const there = join(district.dir, 'there')
  const back = join(district.dir, 'back')
  await yingbao('bundle', 'export', '--to', 'banks', '--out', there)
  const files = filesIn(there).flatMap((file) => ['--in', file])
  await yingbao('gateway', 'bundle', '--config', config, ...files, '--out', back)
  await yingbao('bundle', 'import', ...filesIn(back))
}

/** The same without a process for each step. */
async function carry(trip: number, config: string, to: string): Promise<void> {
  const there = join(district.dir, `there-${trip}`)
  const back = join(district.dir, `back-${trip}`)
  await writeBundle(centre.ledger, { to, dir: there }, systemClock)
  const quiet = { write: () => true }
  const files = filesIn(there).flatMap((file) => ['--in', file])
  await runGatewayBundle(['--config', config, ...files, '--out', back], { stdout: quiet, stderr: quiet })
  await takeBundles(centre.ledger, filesIn(back), systemClock)
}

test('a campaign ends although one unit is reached by stick alone', async () => {
  const campaign = await district.start('stick')
  const { file = '', nodeId = '' } = district.offLine.get('banks') ?? {}
  let settled = false
  const end = district.settled(campaign).then(() => {
    settled = true
  })
  await carryByCommand(file)
  await centre.ledger.know()
  for (let trip = 1; !settled && trip < 60; trip += 1) {
    await carry(trip, file, nodeId)
    await wait(500)
  }
  await end
  const { open, answers } = await district.db.as(undefined, async (tx) => ({
    open: await pendingRequests(tx, { campaign }),
    answers: await loadAnswers(tx, { campaign }, district.rig.deps),
  }))
  expect(open).toEqual([])
  expect(answers.filter(({ kind }) => kind === 'refused')).toEqual([])
  expect(answers.filter(({ unit }) => unit === 'banks').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['statement', 'records']),
  )
}, 120_000)
