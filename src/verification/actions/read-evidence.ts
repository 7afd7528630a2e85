/** Opening the evidence under a finding: by its id, through the finding, journaled as a read of the person. */
import { showFile } from '#files'
import { Problem } from '#kernel/problem'
import { type Action, type Download, routeAction } from '#platform/action'
import { loadHouseholdBatch } from '#registry'
import { readEvidence } from '../contract/household.ts'
import { findFindingRow, listClearingOf } from '../store/household-page.ts'
import { findMissedRow } from '../store/missed.ts'
import { ownerOf } from './clear-finding.ts'
import { findingKeyOf, historyOf } from './finding-view.ts'
import { missedPartsOf, missedSubject } from './missed-persons.ts'

/** Division and keyed indexes of whom a file is about, kept beside the reply. */
const about = new WeakMap<object, { chain: string; divisionCode: string; subjects: Buffer[] }>()

export const readEvidenceAction: Action = routeAction(readEvidence, {
  async run(context, { findingId, fileId }): Promise<Download> {
    const { tx, keys } = context
    const key = findingKeyOf(findingId)
    const isMissed = key.householdNo === ''
    const finding = isMissed ? await findMissedRow(tx, key) : await findFindingRow(tx, key)
    if (finding === undefined) throw new Problem('verification.not-found', '没有这条疑点，或不在您的辖区内', { status: 404 })
    const { rows } = historyOf(finding, await listClearingOf(tx, key.campaignId, [key.householdNo]))
    const named = rows.some(({ evidence }) => evidence.some((file) => file.fileId === fileId))
    const file = await showFile(context, ownerOf(key, finding.division_code), (each) => named && each.fileId === fileId)
    const { divisionCode, ...subject } = { divisionCode: finding.division_code, chain: `household:${key.householdNo}` }
    if (isMissed) {
      const subjects = missedSubject(finding as never, await missedPartsOf(context, key.campaignId))
      about.set(file, { chain: `campaign:${key.campaignId}`, divisionCode, subjects })
      return file
    }
    const batch = await loadHouseholdBatch(tx, keys, [key.householdNo])
    const people = [...batch.persons, ...batch.supporters.map((row) => ({ ...row, person_no: row.supporter_no }))]
    const concerned = people.filter((row) => row.person_no === finding.person)
    about.set(file, { ...subject, divisionCode, subjects: concerned.map((row) => keys.blindIndex('id', row.id_number)) })
    return file
  },
  journal: ({ fileId }, output) => ({
    chain: 'system:files',
    ...about.get(output),
    basis: '核对疑点须由人核实处置',
    purpose: '查看疑点证据',
    detail: { fileId },
  }),
})
