import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '#platform/config'
import { freePort } from '#platform/free-port'
import { type AuthorisationFacts, type RecordName, subjectsLine, termsCells } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig } from '#testkit/exchange-rig'
import { Bell } from './bell.ts'
import { systemClock } from './clock.ts'
import { openUnitLedger } from './gateway.ts'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
const KILLS = 8
const REQUESTS = 120
const SUBJECTS = 25

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
})
afterAll(() => rig.close())

/** A process that is killed without warning and comes back. */
class Mortal {
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  deaths = 0

  constructor(args: readonly string[]) {
    this.#args = args
  }

  start(): void {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...this.#args], { stdio: 'ignore' })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null) throw new Error(`process ended by itself: ${this.#args.join(' ')}`)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    this.deaths += 1
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const paper: AuthorisationFacts = {
  signature: 'guardian',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}

/** Lines of subjects, from the register of the sample. */
function subjects(): string[] {
  const rows = readFileSync(join(sample, 'sources/police/register.csv'), 'utf8').trim().split('\n').slice(1)
  return rows.flatMap((row, i) => {
    const [, , idNumber = '', name = ''] = row.split(',')
    return [subjectsLine([{ i, idNumber, names: [name], want: 0, papers: [{ no: 'SQ1', terms: 0, docHash: null }] }])]
  })
}

test('kill -9 of gateway and server in the middle: nothing lost, nothing answered twice', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const source = { kind: 'package', dir: join(sample, 'sources/police') } as const
  const { config, file } = await rig.enrol('police', source, { centreUrl: url })
  const server = new Mortal([join(packageRoot, 'testkit/exchange-server.ts'), rig.db.urls.app, rig.keysFile, String(port)])
  const gateway = new Mortal([join(packageRoot, 'apps/cli/main.ts'), 'gateway', '--config', file])
  server.start()
  gateway.start()
  const lines = subjects()
  const records: RecordName[] = ['police/register', 'police/vehicles', 'police/deaths']
  const papers = [termsCells(paper)]
  const request = (batch: number, campaign: string) => ({
    unit: 'police' as const,
    head: { kind: 'records' as const, campaign, batch, round: 1, basis, scheme: 'dibao', records, wants: [[0, 1, 2]], papers },
    lines: lines.slice((batch * SUBJECTS) % lines.length, ((batch * SUBJECTS) % lines.length) + SUBJECTS),
  })
  const asking = (async () => {
    for (let batch = 0; batch < REQUESTS; batch += 4) {
      await rig.ask([0, 1, 2, 3].map((k) => request(batch + k, 'faults')))
      await pause(60)
    }
  })()
  for (let i = 0; i < KILLS; i++) {
    for (const mortal of [gateway, server]) {
      await pause(200 + Math.random() * 700)
      await mortal.kill()
      mortal.start()
    }
  }
  await asking
  const answers = await rig.answers('faults', 90_000)
  await gateway.kill()
  await server.kill()

  expect([gateway.deaths, server.deaths]).toEqual([KILLS + 1, KILLS + 1])
  expect(answers.map((answer) => answer.batch).sort((a, b) => a - b)).toEqual(Array.from({ length: REQUESTS }, (_, i) => i))
  expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(['records']))

  const ledger = openUnitLedger(config, { clock: systemClock, say: () => undefined }, new Bell())
  const { entries } = ledger.log.read(0, 100_000)
  expect(ledger.log.check().brokenAt).toBeNull()
  ledger.close()
  expect(entries.filter((entry) => entry.event === 'answer').length).toBe(REQUESTS)
  expect(new Set(entries.filter((entry) => entry.event === 'answer').map((entry) => entry.message)).size).toBe(REQUESTS)

  const calm = await calmAnswers(request)
  expect(answers.sort((a, b) => a.batch - b.batch).map(contentOf)).toEqual(calm.sort((a, b) => a.batch - b.batch).map(contentOf))
})

function contentOf(answer: object): string {
  return JSON.stringify({ ...answer, request: '' })
}

/** The same questions without any fault. */
async function calmAnswers(request: (batch: number, campaign: string) => Parameters<CentreRig['ask']>[0][number]) {
  const { config } = await rig.enrol('police', { kind: 'package', dir: join(sample, 'sources/police') })
  await rig.startServer()
  const again = { ...config, centreUrl: rig.url, stateDir: config.stateDir }
  await rig.run(again)
  await rig.ask(Array.from({ length: REQUESTS }, (_, batch) => request(batch, 'calm')))
  return rig.answers('calm')
}
