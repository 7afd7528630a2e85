/** People who may have been left out: the disabled federation's own list, pushed to the township; nobody is queried for it. */

import { compareCodePoints } from '#kernel/text'
import type { Finding, ListedCertificate, MissedLookups } from '../household/dossier.ts'
import { before } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import { findingOf, type RuleCard } from './rule.ts'

export const missedRule: RuleCard = {
  id: 'MIS-1',
  title: '应保未保',
  class: 'B',
  scope: 'X',
  clause: '《社会救助暂行办法》：乡镇人民政府、街道办事处应当主动发现、主动告知困难群众',
  silent: ['disabled_federation/certificates'],
}

/** Digits of a division code that name its district. */
const DISTRICT_DIGITS = 6

/** Whether a certificate may speak for a person left out, before anybody is looked up. */
export function isMissedCandidate(row: ListedCertificate, ctx: RuleContext): boolean {
  return (
    row.state === 'valid' &&
    row.valid_to >= ctx.asOf &&
    ctx.sets.mis1_grades.has(row.grade) &&
    row.division_code.slice(0, DISTRICT_DIGITS) === ctx.districtCode
  )
}

/**
 * MIS-1 over the rows of disabled_federation/certificates (none if the record type is unanswered as a whole): one finding
 * per number, on the row with the smallest record id, in order of record id.
 */
export function missedPersons(rows: Iterable<ListedCertificate>, lookups: MissedLookups, ctx: RuleContext): Finding[] {
  const missed = new Map<string, ListedCertificate>()
  for (const row of rows) {
    if (!isMissedCandidate(row, ctx) || lookups.listedAnywhere(row.id_number)) continue
    const known = missed.get(row.id_number)
    if (known !== undefined && before(known.source_record_id, row.source_record_id)) continue
    if (lookups.dead(row.id_number, row.name) || lookups.caredFor(row.id_number, row.name)) continue
    missed.set(row.id_number, row)
  }
  return [...missed.values()]
    .sort((a, b) => compareCodePoints(a.source_record_id, b.source_record_id))
    .map((row) =>
      findingOf(missedRule, '', {
        source: 'disabled_federation/certificates',
        record: row,
        text: `${row.name} 持有效的残疾人证（${row.grade} 级），不在低保对象名单内，也未享受特困供养等救助，请核实是否应保未保`,
      }),
    )
}
