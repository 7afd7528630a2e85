import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codesOf } from '#kernel/terms'
import { loadPack, resolveCasework } from '#policy'
import { DRAFT_COLUMNS } from '../../../intake/contract/draft.ts'
import { PROCEDURES } from './index.ts'

const packs = readdirSync(new URL('../../../../../packs', import.meta.url))

test.each(packs)('%s: its procedure is known and holds the notices and the deliberation that it rules', (id) => {
  const parameters = resolveCasework(loadPack(id), '2026-06-21')
  const procedure = PROCEDURES.get(parameters.procedure)
  expect(procedure?.id).toBe(parameters.procedure)
  const levels = procedure?.steps.flatMap((step) => (step.id.startsWith('notice_') ? [step.level] : []))
  expect(levels).toEqual(parameters.notices.map((notice) => notice.level))
  const deliberation = procedure?.steps.find((step) => step.id === 'deliberation')
  expect(deliberation?.called).toBe(parameters.deliberation.held === 'called')
  expect(procedure?.steps.find((step) => step.id === 'approval')?.level).toBe(parameters.decided_by)
})

test.each(packs)('%s: its checklist names columns of the application and codes that can stand in them', (id) => {
  const { proofs } = resolveCasework(loadPack(id), '2026-06-21')
  expect(proofs.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['disability', 'illness', 'wage', 'identity', 'register']),
  )
  for (const { code, part, column, says } of proofs) {
    const known = DRAFT_COLUMNS[part].find(({ name }) => name === column)
    const codes = known?.codes === undefined ? new Set(Object.keys(known?.choices ?? {})) : codesOf(known.codes)
    expect(column === null || known !== undefined, code).toBe(true)
    expect(says.length > 0, code).toBe(column !== null)
    expect(
      says.filter((each) => !codes.has(each)),
      code,
    ).toEqual([])
  }
})
