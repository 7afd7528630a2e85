/** For tests: a case walked through its procedure by the actions that the screens call, each step by a person of its desk. */

import type { GoLiveView } from '#benefits/contract'
import type { CaseView, DraftView, SessionView, SheetView } from '#casework/contract'
import type { Actor } from '#platform/action'
import { type Clock, today } from '#platform/clock'
import type { HouseholdView } from '#verification/contract'
import { applicationOf, confirmationsOf, fillingsOf } from './case-application.ts'
import { centre, Office } from './office.ts'
import { person, type VerifiedDistrict } from './verified-district.ts'

/** The system's clock, moved on by whole days. */
export function steppingClock(): Clock & { forward(days: number): void } {
  let offset = 0
  return {
    nowMs: () => Date.now() + offset,
    forward(days) {
      offset += days * 86_400_000
    },
  }
}

type Extra = { reason?: string; reopen?: string }

export class CaseWalk {
  readonly district: VerifiedDistrict
  readonly clock: ReturnType<typeof steppingClock>
  readonly village: string
  caseNo = ''

  constructor(district: VerifiedDistrict, clock: ReturnType<typeof steppingClock>, village: string) {
    this.district = district
    this.clock = clock
    this.village = village
  }

  get today(): string {
    return today(this.clock)
  }

  /** Somebody of a role of the case's township, or of the district for the roles that sit there. */
  who(role: string, userId = role): Actor {
    const atDistrict = ['district_approver', 'verification_centre', 'payment_officer', 'policy_officer'].includes(role)
    return person(role, userId, atDistrict ? '629901000000' : `${this.village.slice(0, 9)}000`)
  }

  call<T>(role: string | Actor, name: string, parts: object = {}): Promise<T> {
    return this.district.call<T>(typeof role === 'string' ? this.who(role) : role, name, parts)
  }

  view(role = 'township_clerk'): Promise<CaseView> {
    return this.call<CaseView>(role, 'casework.open-case', { params: { caseNo: this.caseNo } })
  }

  async state(step: string): Promise<string> {
    return (await this.view()).steps.find((each) => each.step === step)?.state ?? ''
  }

  /** Makes a move as somebody of a role; the version is read anew. */
  async move(name: string, role: string | Actor = 'township_clerk', record: object = {}, extra: Extra = {}): Promise<void> {
    const [step, command] = name.split('.')
    const { head } = await this.view()
    const body = { step, command, version: head.version, record, ...extra }
    await this.call(role, 'casework.move-case', { params: { caseNo: this.caseNo }, body })
  }

  /** Opens a new family's case and writes its application. */
  async apply(name: string, order: string, programme: 'urban' | 'rural', monthly: string): Promise<DraftView> {
    const body = { village: this.village, applicantName: name, programme }
    this.caseNo = (await this.call<{ caseNo: string }>('township_clerk', 'casework.open', { body })).caseNo
    const params = { caseNo: this.caseNo }
    const saved = await this.call<{ view: DraftView }>('township_clerk', 'casework.save-draft', {
      params,
      body: { changes: applicationOf(order, monthly, name) },
    })
    return saved.view
  }

  /** Opens a re-application of a known household and confirms or fills what its application needs. */
  async reapply(householdNo: string): Promise<DraftView> {
    const body = { householdNo }
    this.caseNo = (await this.call<{ caseNo: string }>('township_clerk', 'casework.open', { body })).caseNo
    return this.complete()
  }

  /** Confirms every row of a draft and fills what is still missing with the plainest answer. */
  async complete(): Promise<DraftView> {
    const params = { caseNo: this.caseNo }
    let draft = await this.call<DraftView>('township_clerk', 'casework.open-draft', { params })
    for (let round = 0; round < 4 && (draft.gaps.length > 0 || draft.unconfirmed > 0); round++) {
      const changes = round === 0 ? confirmationsOf(draft) : fillingsOf(draft)
      if (changes.length === 0) break
      draft = (await this.call<{ view: DraftView }>('township_clerk', 'casework.save-draft', { params, body: { changes } })).view
    }
    return draft
  }

  /** A file for every proof the checklist asks for. */
  async prove({ proofs }: DraftView): Promise<void> {
    const file = await this.district.handIn(this.who('township_clerk'), { name: '材料.png' })
    for (const { code, subject, state } of proofs) {
      if (state !== 'missing') continue
      const body = { code, subject, files: [file] }
      await this.call('township_clerk', 'casework.attach-proof', { params: { caseNo: this.caseNo }, body })
    }
  }

  /** Clears whoever stands in another household too. */
  async single({ doubles }: DraftView): Promise<void> {
    for (const { key, cleared } of doubles) {
      if (cleared !== null) continue
      const body = { key, outcome: 'moved', reason: '查验户口簿，已经迁出' }
      await this.call('township_clerk', 'casework.clear-membership', { params: { caseNo: this.caseNo }, body })
    }
  }

  /** Proofs are there and everybody signs. */
  async sign(draft: DraftView): Promise<void> {
    const papers = draft.signers.flatMap(({ row: subject, kind, forms }) =>
      forms.map(({ form }) => ({
        form,
        subject,
        signature: kind === 'guarded' ? 'guardian' : 'signed',
        signedOn: this.today,
        note: kind === 'guarded' ? '父亲代签' : '',
      })),
    )
    await this.prove(draft)
    await this.single(draft)
    await this.move('intake.sign', 'township_clerk', { papers })
  }

  /** What acceptance waits for is there, and the clerk accepts; the product commissions the verification by itself. */
  async accept(draft: DraftView): Promise<void> {
    await this.sign(draft)
    await this.move('intake.accept', 'township_clerk', { warningsSeen: true })
  }

  /** Waits for the report of the real gateways, clears what is of class A, and ends the step. */
  async verify(): Promise<void> {
    const { records, head } = await this.view()
    const commission = records.find((record) => record.kind === 'commission')
    await this.district.settled(String(commission?.body.campaignId))
    await this.district.news()
    const { report } = await this.view()
    if ((report?.openFindings ?? 0) > 0) await this.clearFindings(head.householdNo ?? '', String(commission?.body.campaignId))
    await this.move('verification.conclude')
  }

  /** Clears what is open of class A in a commission, signed by two persons. */
  async clearFindings(householdNo: string, campaignId: string): Promise<void> {
    const office = new Office(this.district)
    const parts = { params: { householdNo }, query: { campaignId } }
    const { findings } = await this.district.call<HouseholdView>(centre, 'verification.open-household', parts)
    for (const finding of findings) {
      if (finding.class !== 'A' || finding.clearing === 'cleared') continue
      await office.confirm(finding.clearing === 'open' ? await office.clear(finding) : finding)
    }
  }

  async visit(): Promise<void> {
    const [first, second] = [
      { name: '李入户', post: '民政干事' },
      { name: '周调查', post: '驻村干部' },
    ]
    await this.move('visit.plan', 'township_clerk', { investigators: [first, second], plannedOn: this.today })
    const signed = (name: string) => ({ name, kind: 'signed' })
    await this.move('visit.record', 'village_assistant', {
      visitedOn: this.today,
      met: '申请人',
      identityChecked: true,
      dwelling: { kind: '砖木', area: 60, condition: '一般' },
      conclusion: '家庭情况与申报相符',
      investigators: [signed('李入户'), signed('周调查')],
      household: signed('申请人'),
    })
    await this.move('visit.complete')
  }

  /** Fills the village's pool once. */
  async fillPool(): Promise<void> {
    const params = { villageCode: this.village }
    const { rows } = await this.call<{ rows: unknown[] }>('township_clerk', 'casework.list-pool', { params })
    if (rows.length > 0) return
    for (let n = 0; n < 9; n++) {
      const body = {
        name: `评议员${'甲乙丙丁戊己庚辛壬'[n]}`,
        kind: n < 7 ? 'representative' : 'party',
        idNumber: '',
        fromOn: '2026-01-01',
      }
      await this.call('township_clerk', 'casework.add-pool-member', { params, body })
    }
  }

  /** Draws a body, holds the session, enters `yes` of all as the vote. */
  async deliberate(yes: number): Promise<void> {
    await this.fillPool()
    const { head } = await this.view()
    const body = {
      cases: [{ caseNo: this.caseNo, version: head.version }],
      plannedOn: this.today,
      place: '村委会',
      chair: '村主任',
    }
    const session = await this.call<SessionView>('township_clerk', 'casework.convene-session', {
      params: { villageCode: this.village },
      body,
    })
    await this.move('deliberation.hold', 'township_clerk', {
      sessionId: session.sessionId,
      heldOn: this.today,
      present: session.drawn.map((member) => member.memberId),
      yes,
      no: session.drawn.length - yes,
      abstain: 0,
      invalid: 0,
      conclusion: '经评议，家庭情况属实',
    })
  }

  /** Publishes at a level, proves the posting, waits for the last day, closes. */
  async notice(level: 'village' | 'township' | 'district'): Promise<void> {
    await this.publish(level)
    this.clock.forward(9)
    await this.close(level)
  }

  async publish(level: 'village' | 'township' | 'district'): Promise<void> {
    const by = level === 'district' ? 'district_approver' : 'township_clerk'
    await this.move(`notice_${level}.publish`, by, { telephone: '0937-1234567' })
    const file = await this.photo(by)
    await this.move(`notice_${level}.prove`, by, { postedOn: this.today, place: '公示栏', sha256: file })
  }

  async close(level: 'village' | 'township' | 'district'): Promise<void> {
    await this.move(`notice_${level}.close`, level === 'district' ? 'district_approver' : 'township_clerk')
  }

  /** A photo that somebody of a role handed in; gives its digest. */
  async photo(role: string): Promise<string> {
    return (await this.district.handIn(this.who(role))).sha256
  }

  /** Confirms the sheet; what the sources left undetermined a person settles with reasons. `imputed` is what the parent is set to earn, in fen. */
  async assess(imputed?: number): Promise<SheetView> {
    const params = { caseNo: this.caseNo }
    const sheet = await this.call<SheetView>('township_clerk', 'casework.read-sheet', { params })
    const open = sheet.pillars.filter((pillar) => pillar.finding === 'undetermined')
    const settled = open.map(({ pillar }) => ({ pillar, finding: 'met', reason: '查验户口簿和证明材料，予以认定' }))
    const earned = { member: sheet.persons[0]?.id, item: 'wage', method: '按打工天数核定', clause: '参照包 收入核定' }
    await this.move('sheet.assess', 'township_clerk', {
      settled,
      ...(imputed === undefined ? {} : { imputed: [{ ...earned, amount: imputed }] }),
    })
    return this.call<SheetView>('township_clerk', 'casework.read-sheet', { params })
  }

  /** Objects to the newest notice of the case at the counter. */
  async object(text: string): Promise<{ objectionNo: string }> {
    const params = { noticeNo: (await this.view()).notices.at(-1)?.noticeNo }
    const body = { caseNo: this.caseNo, statement: { named: true, from: '邻居甲', text } }
    return this.call('township_clerk', 'casework.register-objection', { params, body })
  }

  async review(): Promise<void> {
    const agrees = { agrees: true, text: '情况属实，同意上报' }
    await this.move('opinion.agree', this.who('township_clerk', 'clerk2'), agrees)
    await this.move('leader.agree', 'township_leader', agrees)
    await this.move('head.agree', 'township_head', agrees)
  }

  /** Draws the sample, visits where it has to be, approves. */
  async approve(): Promise<void> {
    await this.call('district_approver', 'casework.draw-sample', { body: {} }).catch(() => undefined)
    const { head } = await this.view()
    if (head.sampled || head.related || head.complained) {
      const visit = { visitedOn: this.today, investigators: ['区甲', '区乙'], agrees: true, found: '与档案一致' }
      await this.move('approval.sample-visit', 'district_approver', visit)
    }
    await this.move('approval.approve', 'district_approver', { text: '同意审核意见' })
  }

  /** Makes and confirms the rolls of the month the decision pays from. */
  async pay(): Promise<void> {
    const decision = (await this.view()).decisions.at(-1)
    const month = decision?.fromMonth ?? ''
    while (this.today.slice(0, 7) < month) this.clock.forward(1)
    const { current } = await this.call<GoLiveView>('payment_officer', 'casework.read-go-live')
    if (current === null) await this.district.goLive(month)
    const params = { month }
    await this.call('payment_officer', 'casework.make-payment-rolls', { params, body: {} })
    const { rows } = await this.call<{ rows: { rollNo: string; confirmedAt: string | null }[] }>(
      'payment_officer',
      'casework.list-payment-rolls',
      { params, query: { limit: 200 } },
    )
    const rollNos = rows.filter((roll) => roll.confirmedAt === null).map((roll) => roll.rollNo)
    await this.call(this.who('payment_officer', 'payment2'), 'casework.confirm-payment-rolls', { params, body: { rollNos } })
  }
}
