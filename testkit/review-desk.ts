/** For tests: cases of a verified district brought to a step by their moves, and what officers do with them. */
import { today } from '#platform/clock'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { loadPack, packAt, packSnapshot, type ResolvedPack, savePackSnapshot } from '#policy'
import { PROCEDURES } from '../src/casework/procedure/rules/styles/index.ts'
import { insertCases, insertMove } from '../src/casework/procedure/store/cases.ts'
import { plantedCase } from './planted-case.ts'
import { person, type VerifiedDistrict } from './verified-district.ts'

export const clerk = person('township_clerk', 'clerk')
export const clerk2 = person('township_clerk', 'clerk2')
export const leader = person('township_leader', 'leader')
export const head = person('township_head', 'head')
export const approver = person('district_approver', 'approver')
export const payer = person('payment_officer', 'payer')
export const payer2 = person('payment_officer', 'payer2')

/** The moves that bring a case of dibao-2012 to its sheet, with somebody of the role. */
const TO_SHEET = [
  'intake.accept township_clerk',
  'verification.conclude verification_centre',
  'visit.complete township_clerk',
  'deliberation.pass township_clerk',
  'notice_village.publish township_clerk',
  'notice_village.close township_clerk',
]

/** Sections of a household file as a clerk puts them right on the sheet. */
export function amendedTo(sections: object): { section: string; value: unknown; source: string; reason: string }[] {
  const because = { source: '入户核实', reason: '与材料核对一致' }
  return Object.entries(sections).map(([section, value]) => ({ section, value, ...because }))
}

/** Settles findings where records alone do not. */
export function settledMet(...pillars: ('residence' | 'income' | 'assets')[]) {
  return pillars.map((pillar) => ({ pillar, finding: 'met' as const, reason: '核实无误' }))
}

export interface NewDeskCase {
  caseNo: string
  householdNo: string
  divisionCode: string
  pack?: ResolvedPack
  programme?: 'urban' | 'rural'
  /** how the deliberation voted */
  vote?: 'passed' | 'failed'
}

export interface Reply {
  caseNo: string
  version: number
  state: string
  result: string | null
}

export class ReviewDesk {
  readonly district: VerifiedDistrict
  readonly versions = new Map<string, number>()

  constructor(district: VerifiedDistrict) {
    this.district = district
  }

  /** Makes moves straight in the database, as steps outside this part do it. */
  async put(caseNo: string, ...moves: string[]): Promise<void> {
    await withTransaction(this.district.db.pool, wholeScope('test'), async (tx) => {
      for (const move of moves) await this.#insert(tx, caseNo, move)
    })
  }

  async #insert(tx: Tx, caseNo: string, move: string): Promise<void> {
    const [name = '', byRole = ''] = move.split(' ')
    const [step = '', command = ''] = name.split('.')
    const seq = (this.versions.get(caseNo) ?? 0) + 1
    await insertMove(tx, {
      caseNo,
      seq,
      step,
      command,
      reopened: null,
      byUser: `early-${step}`,
      byRole,
      reason: null,
      dues: {},
      detail: {},
      at: new Date().toISOString(),
    })
    this.versions.set(caseNo, seq)
  }

  async #vote(caseNo: string, divisionCode: string, outcome: 'passed' | 'failed'): Promise<void> {
    const [yes, no] = outcome === 'passed' ? [9, 1] : [3, 8]
    await this.district.db.ownerPool.pool.query(
      `with s as (insert into deliberation_session (session_id, division_code, planned_on, place, seed, pool, drawn, chair, ballot, held_on,
         present, state, by_user, at) values (gen_random_uuid(), $1, '2026-09-01', '村委会', 's', '[]', '[]', '甲', 'secret', '2026-09-01', '[]',
         'held', 'clerk', now()) returning session_id)
       insert into session_case (session_id, case_no, division_code, yes, no, abstain, invalid, outcome)
       select session_id, $2, $1, $3, $4, 0, 0, $5 from s`,
      [divisionCode, caseNo, yes, no, outcome],
    )
  }

  /** Opens a case and brings it to its sheet. */
  async openAtSheet({ caseNo, householdNo, divisionCode, pack, programme, vote = 'passed' }: NewDeskCase): Promise<void> {
    const procedure = PROCEDURES.get('dibao-2012')
    if (procedure === undefined) throw new Error('no procedure')
    const law = pack ?? packAt(loadPack('reference'), '2026-09-30')
    await withTransaction(this.district.db.pool, wholeScope('test'), async (tx) => {
      await savePackSnapshot(tx, law.hash, packSnapshot(law))
      const known = { household_no: householdNo, division_code: divisionCode, programme: programme ?? 'urban', pack_id: law.id }
      const opened = {
        pack_hash: law.hash,
        pack_on: law.on,
        applicant_name: `申请人${caseNo}`,
        opened_at: new Date().toISOString(),
      }
      await insertCases(tx, [plantedCase(caseNo, procedure, { ...known, ...opened, initials: 'sqr' })])
    })
    await this.put(caseNo, ...TO_SHEET)
    await this.#vote(caseNo, divisionCode, vote)
  }

  /** Moves a case as its page does. */
  async move(actor: typeof clerk, caseNo: string, name: string, record?: object, more: object = {}): Promise<Reply> {
    const [step, command] = name.split('.')
    const version = this.versions.get(caseNo) ?? 0
    const body = { step, command, version, ...(record === undefined ? {} : { record }), ...more }
    const reply = await this.district.call<Reply>(actor, 'casework.move-case', { params: { caseNo }, body })
    this.versions.set(caseNo, reply.version)
    return reply
  }

  /** Three ranks of the township. */
  async throughRanks(caseNo: string): Promise<void> {
    const opinion = { agrees: true, text: '同意，材料齐全' }
    await this.move(clerk2, caseNo, 'opinion.agree', opinion)
    await this.move(leader, caseNo, 'leader.agree', opinion)
    await this.move(head, caseNo, 'head.agree', opinion)
  }

  /** Three ranks of the township, then the township's notice. */
  async throughTownship(caseNo: string): Promise<void> {
    await this.throughRanks(caseNo)
    await this.put(caseNo, 'notice_township.publish township_clerk', 'notice_township.close township_clerk')
  }

  /** From a sheet that concludes "not eligible" to the refusal, told with what the sheet found against the household. */
  async throughRefusal(caseNo: string, refusal: { facts: string; rule: string }): Promise<Reply> {
    await this.throughRanks(caseNo)
    const reason = { reason: '测评表认定不符合' }
    await this.move(clerk, caseNo, 'notice_township.pass-over', undefined, reason)
    return this.move(approver, caseNo, 'approval.refuse', refusal, reason)
  }

  /** From the confirmed sheet to the decision, visited by the district. */
  async throughDecision(caseNo: string): Promise<Reply> {
    await this.throughTownship(caseNo)
    await this.sampleVisit(caseNo)
    await this.move(approver, caseNo, 'approval.approve', {})
    await this.throughDistrictNotice(caseNo)
    // Among the households of a fixture some share an account: what was looked at is said for all.
    return this.move(approver, caseNo, 'decision.decide', { accountReason: '已向银行核对，户名与本户一致' })
  }

  async throughDistrictNotice(caseNo: string): Promise<void> {
    await this.put(caseNo, 'notice_district.publish district_approver', 'notice_district.close district_approver')
  }

  /** Registers a visit by the district, so that a case is past the sample. */
  async sampleVisit(caseNo: string): Promise<Reply> {
    return this.move(approver, caseNo, 'approval.sample-visit', {
      visitedOn: today(this.district.runtime.clock),
      investigators: ['甲乙', '丙丁'],
      agrees: true,
      found: '与材料一致',
    })
  }
}
