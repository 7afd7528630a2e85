import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelRequests, revokeAuthorisations } from '#exchange'
import { packageRoot } from '#platform/config'
import {
  type AuthorisationFacts,
  type GatewayConfig,
  type StatementAnswer,
  subjectsLine,
  termsCells,
  units,
} from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
let rig: CentreRig
const configs: GatewayConfig[] = []

async function startAll(): Promise<void> {
  await Promise.all(configs.map((config) => rig.run(config)))
}

beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
  for (const { name } of units)
    configs.push((await rig.enrol(name, { kind: 'package', dir: join(sample, 'sources', name) })).config)
  await startAll()
})
afterAll(() => rig.close())

test('the statements of all units are the source part of the import errors', async () => {
  await rig.ask(
    units.map(({ name }) => ({ unit: name, head: { kind: 'prepare', campaign: 'c1', batch: 0, round: 0, basis }, lines: [] })),
  )
  const answers = await rig.answers('c1')
  expect(answers.map((answer) => answer.kind)).toEqual(units.map(() => 'statement'))
  const found = answers
    .filter((answer): answer is StatementAnswer & (typeof answers)[number] => answer.kind === 'statement')
    .flatMap((answer) => answer.issues)
    .map((issue) => [issue.file, issue.row, issue.column, issue.code, issue.severity].join(','))
  const expected = readFileSync(join(sample, 'answers/import-errors.csv'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('sources/'))
    .map((line) => line.split(',').slice(0, 5).join(','))
  expect(found.sort()).toEqual(expected.sort())
})

const paper: AuthorisationFacts = {
  signature: 'guardian',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}

/** The first person of the sample's register, asked about under one authorisation. */
function aboutSomebody(campaign: string) {
  const [, row = ''] = readFileSync(join(sample, 'sources/police/register.csv'), 'utf8').split('\n')
  const [, , idNumber = '', name = ''] = row.split(',')
  const place = { campaign, batch: 1, round: 1, basis }
  return {
    unit: 'police' as const,
    head: {
      kind: 'records' as const,
      ...place,
      scheme: 'dibao',
      records: ['police/register' as const],
      wants: [[0]],
      papers: [termsCells(paper)],
    },
    lines: [subjectsLine([{ i: 0, idNumber, names: [name], want: 0, papers: [{ no: 'SQ1', terms: 0, docHash: null }] }])],
  }
}

test('a withdrawn authorisation is refused even for what was already asked', async () => {
  await rig.ask([aboutSomebody('before')])
  const [before] = await rig.answers('before')
  expect(before).toMatchObject({ kind: 'records', subjects: [{ i: 0, states: 'H' }] })
  await rig.stopGateways()
  await rig.ask([aboutSomebody('queued')])
  await rig.db.as(undefined, (tx) =>
    revokeAuthorisations(tx, [{ no: 'SQ1', withdrawnOn: '2026-09-30' }], ['police'], grounds, rig.deps),
  )
  await startAll()
  const [queued] = await rig.answers('queued')
  expect(queued).toMatchObject({ kind: 'records', subjects: [{ i: 0, states: 'A', why: { 0: 'revoked' } }] })
})

test('a cancelled request that the unit has not begun is refused by it', async () => {
  await rig.stopGateways()
  await rig.ask([aboutSomebody('cancelled')])
  await rig.db.as(undefined, (tx) => cancelRequests(tx, { campaign: 'cancelled' }, '申请人撤回申请', grounds, rig.deps))
  await startAll()
  await rig.ask([{ unit: 'police', head: { kind: 'prepare', campaign: 'after', batch: 0, round: 0, basis }, lines: [] }])
  await rig.answers('after')
  const [refused] = await rig.answers('cancelled')
  expect(refused).toMatchObject({ kind: 'refused', code: 'cancelled' })
})
