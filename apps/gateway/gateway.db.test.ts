import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StatementAnswer, units } from '#exchange/contract'
import { packageRoot } from '#platform/config'
import { testDb } from '#testkit/db'
import { basis, CentreRig } from '#testkit/exchange-rig'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
let rig: CentreRig

beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
  for (const { name } of units) {
    const { config } = await rig.enrol(name, { kind: 'package', dir: join(sample, 'sources', name) })
    rig.run(config)
  }
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
