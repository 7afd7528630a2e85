/** For tests: what officers do on the pages of a verified district, as calls of the routes. */
import type { Actor } from '#platform/action'
import type { Finding, HouseholdRow, HouseholdView } from '#verification/contract'
import { person, type VerifiedDistrict } from './verified-district.ts'

export const centre = person('verification_centre', 'centre')
export const second = person('district_approver', 'approver')
export const third = person('verification_centre', 'centre2')

export type Page = { rows: HouseholdRow[]; total: number; next: string | null }

/** The code of the refusal an attempt ends with; 'done' when it succeeds. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
}

/** The message of the refusal an attempt ends with; 'done' when it succeeds. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: Error) => error.message,
  )
}

export class Office {
  readonly district: VerifiedDistrict

  constructor(district: VerifiedDistrict) {
    this.district = district
  }

  list(query: object, actor: Actor = centre): Promise<Page> {
    return this.district.call<Page>(actor, 'verification.list-households', { query })
  }

  open(householdNo: string, actor: Actor = centre): Promise<HouseholdView> {
    return this.district.call<HouseholdView>(actor, 'verification.open-household', { params: { householdNo } })
  }

  async clear(finding: Finding, actor: Actor = centre, more: object = {}): Promise<Finding> {
    const evidence = 'evidence' in more ? more.evidence : [await this.district.handIn(actor)]
    const body = { outcome: 'not_true', reason: '入户核实与申报相符', evidence, teach: false, seen: finding.history.length }
    const params = { findingId: finding.findingId }
    return this.district.call<Finding>(actor, 'verification.clear-finding', { params, body: { ...body, ...more } })
  }

  confirm(finding: Finding, actor: Actor = second): Promise<Finding> {
    const body = { agree: true, reason: '看过材料，同意', seen: finding.history.length }
    return this.district.call<Finding>(actor, 'verification.confirm-clearing', { params: { findingId: finding.findingId }, body })
  }

  /** Clears whatever is open of class A, signed by two persons. */
  async clearAll(householdNo: string): Promise<void> {
    for (const finding of (await this.open(householdNo)).findings) {
      if (finding.class !== 'A' || finding.clearing === 'cleared') continue
      await this.confirm(finding.clearing === 'open' ? await this.clear(finding) : finding)
    }
  }

  /** What is read while so many findings of class A and B of a household are said to be open. */
  async holding<T>(householdNo: string, [openA, openB]: readonly [number, number], read: () => Promise<T>): Promise<T> {
    const { pool } = this.district.db.ownerPool
    const { rows } = await pool.query('select campaign_id, open_a, open_b from commission where household_no = $1', [householdNo])
    await pool.query('update commission set open_a = $2, open_b = $3 where household_no = $1', [householdNo, openA, openB])
    const held = await read()
    const back = 'update commission set open_a = $3, open_b = $4 where household_no = $1 and campaign_id = $2'
    for (const was of rows) await pool.query(back, [householdNo, was.campaign_id, was.open_a, was.open_b])
    return held
  }

  async rowOf(householdNo: string): Promise<HouseholdRow> {
    const { rows } = await this.list({ q: householdNo })
    const [row] = rows
    if (row === undefined) throw new Error(`${householdNo} is not listed`)
    return row
  }

  /** The nth household with an open finding of class A. */
  async withOpenA(nth: number): Promise<string> {
    const row = (await this.list({ finding: 'A', limit: 50 })).rows[nth]
    if (row === undefined) throw new Error('the fixture has too few households with class A findings')
    return row.householdNo
  }

  async statistics(actor: Actor = centre, query: object = {}): Promise<Map<string, number | null>> {
    const params = { campaignId: this.district.campaignId }
    const { figures } = await this.district.call<{ figures: { key: string; value: number | null }[] }>(
      actor,
      'verification.read-statistics',
      { params, query },
    )
    return new Map(figures.map((figure) => [figure.key, figure.value]))
  }
}
