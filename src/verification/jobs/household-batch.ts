/**
 * The steps of a batch of households. Each step is one transaction: what it stores, what it sends and the move to the
 * next step commit together, so a process that dies at any moment leaves the batch at a step that can be done again.
 * The number of SQL statements of a step does not depend on the number of households.
 */
import { append } from '#journal'
import { listedNumbers } from '#registry'
import { emptyNeeds, type LookupNeeds, lookupsOf, withDeaths } from '../rules/asking/lookups.ts'
import { lookupNeeds } from '../rules/asking/needs.ts'
import { deathItems, deathLookups, recordQuestions, registerLookups, registerQuestions } from '../rules/asking/questions.ts'
import type { Dossier } from '../rules/household/dossier.ts'
import { buildDossiers } from '../rules/household/dossiers.ts'
import { type BatchRow, moveBatch } from '../store/campaigns.ts'
import { insertQueryLines } from '../store/results.ts'
import { planBatch, planHeld, recallBatch } from './batch-memory.ts'
import { compareBatch } from './compare-batch.ts'
import { sendQuestions } from './send.ts'
import { type BatchMemory, type BatchWork, deadlineOf, instantOf, placeOf } from './workshop.ts'

/** planned → register: freezes what may be asked of whom, asks the register. */
async function askRegister(work: BatchWork, batch: BatchRow): Promise<void> {
  const { tx, shop, context } = work
  const memory = context.withdrawn.has(batch.batchNo) ? await planHeld(work, batch) : await planBatch(work, batch)
  const versions = new Map(memory.households.map((household) => [household.householdNo, household.version]))
  await insertQueryLines(tx, batch, memory.subjects, versions)
  await append(tx, {
    chain: `campaign:${batch.campaignId}`,
    action: 'verification.query',
    role: 'system',
    divisionCode: `${context.facts.districtCode}000000`,
    subjects: memory.subjects.map((subject) => shop.keys.blindIndex('id', subject.idNumber)),
    basis: context.facts.legalBasis,
    purpose: context.facts.purpose,
    detail: { batch: batch.batchNo, households: memory.households.length, subjects: memory.subjects.length },
  })
  await moveBatch(tx, batch, 'planned', 'register', { ...deadlineOf(work), subjects: memory.subjects.length })
  await sendQuestions(work, registerQuestions(placeOf(context, batch.batchNo), memory.subjects))
}

/** The names each subject is known by after the register has answered: its own, and those of its matching rows. */
function knownNames(memory: BatchMemory): string[][] {
  return memory.subjects.map((subject, item) => {
    const rows = memory.book.usable(item)['police/register'] ?? []
    return [
      ...new Set([subject.name, ...rows.flatMap((row) => (row.former_name === null ? [row.name] : [row.name, row.former_name]))]),
    ]
  })
}

function dossiersOf(work: BatchWork, memory: BatchMemory, needs?: LookupNeeds): Dossier[] {
  const { asOf, districtCode } = work.context.facts
  const lookups = lookupsOf(memory.lookups, work.context.officials ?? [], needs)
  return buildDossiers({ asOf, districtCode, rows: memory.rows, subjects: memory.subjects, book: memory.book, lookups })
}

/** Runs the rules that look beyond the household over look-ups that write down what they are asked. */
function needsOf(work: BatchWork, memory: BatchMemory): LookupNeeds {
  const needs = emptyNeeds()
  for (const dossier of dossiersOf(work, memory, needs)) lookupNeeds(dossier, work.context.rules)
  return needs
}

/** register → records: asks every other source under all names, and looks up register books and links. */
async function askRecords(work: BatchWork, batch: BatchRow): Promise<void> {
  const { tx, context } = work
  const memory = await recallBatch(work, batch, 1)
  const place = placeOf(context, batch.batchNo)
  const questions = [
    ...recordQuestions(place, memory.subjects, knownNames(memory)),
    ...registerLookups(place, needsOf(work, memory)),
  ]
  await moveBatch(tx, batch, 'register', 'records', deadlineOf(work))
  await sendQuestions(work, questions)
}

/** Which numbers of the register extracts belong to listed persons of any household: one statement. */
async function resolveListed(work: BatchWork, memory: BatchMemory): Promise<void> {
  const ids = new Set<string>()
  for (const group of memory.lookups.books.values()) for (const row of group) ids.add(row.id_number)
  memory.lookups = { ...memory.lookups, listed: await listedNumbers(work.tx, work.shop.keys, [...ids]) }
}

/** records → lookups: asks which persons beyond the roll have died. */
async function askDeaths(work: BatchWork, batch: BatchRow): Promise<void> {
  const { tx, shop, context } = work
  const memory = await recallBatch(work, batch, 2)
  await resolveListed(work, memory)
  const persons = deathItems(needsOf(work, memory))
  const memo = shop.keys.seal(JSON.stringify(persons))
  await moveBatch(tx, batch, 'records', 'lookups', { ...deadlineOf(work), memo })
  await sendQuestions(work, deathLookups(placeOf(context, batch.batchNo), persons))
}

/** lookups → compared: compares, signs and stores the reports. */
async function compare(work: BatchWork, batch: BatchRow): Promise<void> {
  const { tx, shop } = work
  const memory = await recallBatch(work, batch, 3)
  await resolveListed(work, memory)
  const asked = batch.memo === null ? [] : (JSON.parse(shop.keys.openText(batch.memo)) as { id: string; name: string }[])
  memory.lookups = withDeaths(memory.lookups, asked)
  const late = memory.book.expire()
  await compareBatch(work, batch, memory, dossiersOf(work, memory))
  await moveBatch(tx, batch, 'lookups', 'compared', { at: instantOf(shop), late })
  work.context.memory.delete(batch.batchNo)
}

/** Does the next step of a batch whose questions have all been answered. */
export async function stepHouseholds(work: BatchWork, batch: BatchRow): Promise<void> {
  switch (batch.step) {
    case 'planned':
      return askRegister(work, batch)
    case 'register':
      return askRecords(work, batch)
    case 'records':
      return askDeaths(work, batch)
    case 'lookups':
      return compare(work, batch)
    case 'compared':
      return
  }
}
