import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadPack, resolveCasework } from '#policy'
import { PROCEDURES } from './index.ts'

const packs = readdirSync(new URL('../../../packs', import.meta.url))

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
