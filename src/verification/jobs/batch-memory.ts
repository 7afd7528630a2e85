/**
 * What the worker holds of one batch while it goes through its steps. It is rebuilt from the database whenever it is
 * missing (a restart, another worker), so nothing but speed depends on it.
 */
import { type ExchangeDeps, openAnswers } from '#exchange'
import type { Tx } from '#platform/db'
import { loadHouseholdBatch } from '#registry'
import { emptyLookupAnswers, takeLookup } from '../rules/asking/lookups.ts'
import { ownMask, type PlannedSubject, planSubjects } from '../rules/asking/plan.ts'
import { AnswerBook } from '../rules/found/answer-book.ts'
import { listBatchHouseholds } from '../store/campaigns.ts'
import { holdPapers, listAuthorisedMasks } from '../store/papers.ts'
import { type BatchKey, listHaltedLines, listQueryLines } from '../store/results.ts'
import type { BatchMemory, BatchWork } from './workshop.ts'

async function planned(work: BatchWork, key: BatchKey): Promise<BatchMemory> {
  const { tx, shop, context } = work
  const households = await listBatchHouseholds(tx, key)
  const numbers = households.map((household) => household.householdNo)
  const rows = await loadHouseholdBatch(tx, shop.keys, numbers)
  const subjects = planSubjects(rows, context.allowed, context.facts.asOf, context.guardianAge)
  return { key, households, rows, subjects, book: new AnswerBook(subjects), lookups: emptyLookupAnswers, taken: new Set() }
}

/**
 * Fits the plan to what was really registered: item numbers are those of the stored lines, a halted line asks nothing,
 * a subject that has left the registry since stays as a gap without a household.
 */
async function aligned(work: BatchWork, memory: BatchMemory): Promise<BatchMemory> {
  const lines = await listQueryLines(work.tx, memory.key)
  const byKey = new Map(memory.subjects.map((subject) => [`${subject.kind}|${subject.subjectNo}`, subject]))
  const subjects = lines.map((line): PlannedSubject => {
    const subject = byKey.get(`${line.subjectKind}|${line.subjectNo}`)
    if (subject !== undefined) return { ...subject, asked: line.state === 'halted' ? line.asked & ownMask : line.asked }
    const gap = { householdNo: '', divisionCode: '', idNumber: '', name: '', bornOn: '', asked: 0, authorisations: [] }
    return { ...gap, subjectNo: line.subjectNo, kind: line.subjectKind }
  })
  return { ...memory, subjects, book: new AnswerBook(subjects) }
}

/** The memory of a batch before anything is asked: read anew from the registry. */
export async function planBatch(work: BatchWork, key: BatchKey): Promise<BatchMemory> {
  const memory = await planned(work, key)
  work.context.memory.set(key.batchNo, memory)
  return memory
}

/**
 * The same with the papers of its households held until the step is over, and nothing planned beyond what the database counts as
 * allowed: for a batch that met a withdrawal between plan and asking. What a paper no longer covers stays NOT_AUTHORISED.
 */
export async function planHeld(work: BatchWork, key: BatchKey): Promise<BatchMemory> {
  await holdPapers(work.tx, key)
  const memory = await planBatch(work, key)
  const { asOf } = work.context.facts
  const masks = await listAuthorisedMasks(work.tx, memory.subjects, asOf, work.context.guardianAge)
  memory.subjects = memory.subjects.map((subject, i) => ({ ...subject, asked: subject.asked & (masks[i] ?? 0) }))
  memory.book = new AnswerBook(memory.subjects)
  return memory
}

/** Takes the answers of one round into the book. */
export async function takeRound(tx: Tx, deps: ExchangeDeps, memory: BatchMemory, round: number): Promise<void> {
  const { campaignId, batchNo } = memory.key
  for (const answer of await openAnswers(tx, { campaign: campaignId, batch: batchNo, round }, deps)) {
    if (answer.kind === 'records') memory.book.take(answer)
    else if (answer.kind === 'lookup') memory.lookups = takeLookup(memory.lookups, answer)
  }
  memory.taken.add(round)
}

/** A line halted since the plan was made asks nothing more, and what it brought is not used. */
async function applyHalts(work: BatchWork, memory: BatchMemory): Promise<void> {
  const halted = new Set((await listHaltedLines(work.tx, memory.key)).map((line) => `${line.subjectKind}|${line.subjectNo}`))
  if (halted.size === 0) return
  memory.subjects = memory.subjects.map((subject, item) => {
    if (!halted.has(`${subject.kind}|${subject.subjectNo}`)) return subject
    const kept = subject.asked & ownMask
    memory.book.halt(item, kept)
    return { ...subject, asked: kept }
  })
}

/** The memory of a batch that has been asked something, with the answers of the rounds up to `round`. */
export async function recallBatch(work: BatchWork, key: BatchKey, round: number): Promise<BatchMemory> {
  const held = work.context.memory.get(key.batchNo)
  const memory = held ?? (await aligned(work, await planned(work, key)))
  work.context.memory.set(key.batchNo, memory)
  for (let r = 1; r <= round; r++) if (!memory.taken.has(r)) await takeRound(work.tx, work.shop, memory, r)
  await applyHalts(work, memory)
  return memory
}
