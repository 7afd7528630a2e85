/**
 * Batch 0, the district's own: the register links of the officials in office, and the federation's list of severely
 * disabled persons with what is known about those of them who are on no roll.
 */
import { type ExchangeDeps, loadAnswers } from '#exchange'
import { sameName } from '#kernel/person-name'
import type { Keys } from '#platform/crypto'
import { listedNumbers, loadOfficials, type OfficialRow } from '#registry'
import type { LookupAnswer } from '#sources/contract'
import { districtQuestions, missedQuestions } from '../rules/asking/questions.ts'
import { isMissedCandidate, missedPersons } from '../rules/findings/missed.ts'
import type { ListedCertificate, OfficialLinks } from '../rules/household/dossier.ts'
import { districtPurpose } from '../rules/household/schemes.ts'
import { type BatchRow, moveBatch } from '../store/campaigns.ts'
import { copyFindings } from '../store/results.ts'
import { findingRow } from './result-rows.ts'
import { sendQuestions } from './send.ts'
import { type BatchWork, instantOf, placeOf } from './workshop.ts'

const districtBatch = 0

/** Digits of a division code that name its district. */
const districtDigits = 6

/** The part of the workshop that reading needs. */
type Reader = BatchWork<ExchangeDeps & { keys: Keys }>

async function officialsInOffice(work: Reader): Promise<OfficialRow[]> {
  const { asOf } = work.context.facts
  const officials = await loadOfficials(work.tx, work.shop.keys)
  return officials.filter((row) => row.in_office_from <= asOf && (row.in_office_to === null || row.in_office_to >= asOf))
}

async function lookups(work: Reader, round: number): Promise<LookupAnswer[]> {
  const { campaignId, baseId } = work.context.facts
  const answers = await loadAnswers(work.tx, { campaign: baseId ?? campaignId, batch: districtBatch, round }, work.shop)
  return answers.filter((answer) => answer.kind === 'lookup')
}

/** Whether the district's batch has the officials' links: from step records on. */
export function officialsKnown(districtStep: string | undefined): boolean {
  return districtStep !== 'planned' && districtStep !== 'register'
}

/** Reads the officials' register links into the context of the campaign. */
export async function recallOfficials(work: Reader): Promise<void> {
  const officials = await officialsInOffice(work)
  const answers = await lookups(work, 1)
  const rows = answers.filter((answer) => answer.lookup === 'register_officials').flatMap((answer) => answer.rows)
  const byNumber = Map.groupBy(rows, (row) => row.id_number)
  const { variants } = work.context.rules
  const isOf = (official: OfficialRow) => (row: (typeof rows)[number]) => sameName(row.name ?? '', official.name, variants)
  work.context.officials = officials.map(
    (official): OfficialLinks => ({
      official,
      rows: (byNumber.get(official.id_number) ?? []).filter(isOf(official)).map((row) => ({
        father_id: row.father_id ?? null,
        mother_id: row.mother_id ?? null,
        spouse_id: row.spouse_id ?? null,
      })),
    }),
  )
}

/** Certificates of the federation's list that may speak for a person left out and whose number is on no roll. */
async function candidates(work: BatchWork): Promise<ListedCertificate[]> {
  const list = (await lookups(work, 1)).filter((answer) => answer.lookup === 'disability_list')
  const rows = list.flatMap((answer) => answer.rows as unknown as ListedCertificate[])
  const possible = rows.filter((row) => isMissedCandidate(row, work.context.rules))
  const listed = await listedNumbers(work.tx, work.shop.keys, [...new Set(possible.map((row) => row.id_number))])
  return possible.filter((row) => !listed.has(row.id_number))
}

function personsOf(rows: readonly ListedCertificate[]): { id: string; name: string }[] {
  const unique = new Map(rows.map((row) => [`${row.id_number}|${row.name}`, { id: row.id_number, name: row.name }]))
  return [...unique.keys()].sort().flatMap((key) => unique.get(key) ?? [])
}

/** planned → register: asks for the officials' links and, for a whole district, the federation's list. */
async function askLists(work: BatchWork, batch: BatchRow): Promise<void> {
  const { facts, rules } = work.context
  const officials = (await officialsInOffice(work)).map((row) => ({ id: row.id_number, name: row.name }))
  const list = { grades: rules.params.mis1_grades, districtPrefix: facts.districtCode.slice(0, districtDigits) }
  await moveBatch(work.tx, batch, 'planned', 'register', { at: instantOf(work.shop) })
  const questions = districtQuestions(placeOf(work.context, districtBatch), officials, facts.kind === 'single' ? null : list)
  await sendQuestions(work, questions, districtPurpose)
}

/** register → records: asks who of the listed persons has died or receives other aid. */
async function askMissed(work: BatchWork, batch: BatchRow): Promise<void> {
  const persons = personsOf(await candidates(work))
  const memo = work.shop.keys.seal(JSON.stringify(persons))
  await moveBatch(work.tx, batch, 'register', 'records', { at: instantOf(work.shop), memo })
  const projects = work.context.rules.params.mis1_aid_projects
  await sendQuestions(work, missedQuestions(placeOf(work.context, districtBatch), persons, projects), districtPurpose)
}

/** records → compared: the persons who may have been left out become findings beyond the roll. */
async function findMissed(work: BatchWork, batch: BatchRow): Promise<void> {
  const { context, shop, tx } = work
  const rows = await candidates(work)
  const persons = batch.memo === null ? [] : (JSON.parse(shop.keys.openText(batch.memo)) as { id: string; name: string }[])
  const dead = new Set<string>()
  const cared = new Set<string>()
  for (const answer of await lookups(work, 2)) {
    const side = answer.lookup === 'deaths' ? dead : cared
    for (const position of answer.yes) {
      const person = persons[position]
      if (person !== undefined) side.add(`${person.id}|${person.name}`)
    }
  }
  const findings = missedPersons(
    rows,
    {
      listedAnywhere: () => false,
      dead: (id, name) => dead.has(`${id}|${name}`),
      caredFor: (id, name) => cared.has(`${id}|${name}`),
    },
    context.rules,
  )
  const division = new Map(rows.map((row) => [row.source_record_id, row.division_code]))
  const { campaignId } = context.facts
  await copyFindings(
    tx,
    findings.map((finding) =>
      findingRow(finding, {
        campaignId,
        batchNo: districtBatch,
        version: 1,
        divisionCode: division.get(finding.source_record_id) ?? '',
      }),
    ),
  )
  await moveBatch(tx, batch, 'records', 'compared', { at: instantOf(shop) })
}

/** Does the next step of the district's batch. */
export async function stepDistrict(work: BatchWork, batch: BatchRow): Promise<void> {
  if (batch.step === 'planned') return askLists(work, batch)
  if (batch.step === 'register') return askMissed(work, batch)
  if (batch.step === 'records') return findMissed(work, batch)
}
