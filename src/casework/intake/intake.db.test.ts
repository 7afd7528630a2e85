import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emit } from '#platform/events'
import { applicationOf, numberOf } from '#testkit/case-application'
import { orderOf } from '#testkit/case-order'
import { testDb } from '#testkit/db'
import { dotJpeg } from '#testkit/handed-files'
import { Office } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { findReportOf } from '#verification'
import type { CaseView, CleanUp, CleanUpProgress, DraftView, FoundHousehold, ProofLine } from '../contract/index.ts'

const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
type Problem = { code: string; message: string; details: { issues?: { path: (string | number)[]; message: string }[] } }
const problemOf = (work: Promise<unknown>): Promise<Problem> =>
  work.then(
    () => {
      throw new Error('it was not refused')
    },
    (error: Problem) => error,
  )

describe('intake', () => {
  let district: VerifiedDistrict
  let village = ''
  const at = (role: string, userId = role) => person(role, userId, `${village.slice(0, 9)}000`)
  const clerk = () => at('township_clerk', 'clerk')
  const call = <T>(actor: ReturnType<typeof person>, name: string, parts: object): Promise<T> =>
    district.call<T>(actor, name, parts)
  const draftOf = (caseNo: string) => call<DraftView>(clerk(), 'casework.open-draft', { params: { caseNo } })
  const viewOf = (caseNo: string) => call<CaseView>(clerk(), 'casework.open-case', { params: { caseNo } })
  const save = (caseNo: string, changes: object[]) =>
    call<{ view: DraftView; conflicts: object[] }>(clerk(), 'casework.save-draft', { params: { caseNo }, body: { changes } })
  const move = async (caseNo: string, name: string, record: object = {}, more: object = {}, actor = clerk()) => {
    const [step, command] = name.split('.')
    const { head } = await viewOf(caseNo)
    return call<{ version: number; state: string; result: string | null }>(actor, 'casework.move-case', {
      params: { caseNo },
      body: { step, command, version: head.version, record, ...more },
    })
  }
  const row = (section: string, id: string, values: Record<string, string>) => [
    ...(section === 'household' || id === '+head' ? [] : [{ do: 'add', section, row: id }]),
    ...Object.entries(values).map(([column, value]) => ({ do: 'set', section, row: id, column, value, seen: '' })),
  ]
  const open = (name: string) =>
    call<{ caseNo: string }>(clerk(), 'casework.open', { body: { village, applicantName: name, programme: 'rural' } })

  /** Everything an application of two needs; `order` makes the numbers its own. */
  const whole = (order: string, holder = '丁新来') => applicationOf(order, '300', holder)
  const signatures = (draft: DraftView) =>
    draft.signers.flatMap(({ row: subject, kind, forms }) =>
      forms.map(({ form }) => ({
        form,
        subject,
        signature: kind === 'guarded' ? 'guardian' : 'signed',
        signedOn: today,
        note: kind === 'guarded' ? '丁新来代签' : '',
      })),
    )

  const stored = () => district.handIn(clerk(), { bytes: dotJpeg('收入证明'), name: '收入证明.jpg' })
  const attach = (caseNo: string, body: object, actor = clerk()) =>
    call<{ proofs: ProofLine[] }>(actor, 'casework.attach-proof', { params: { caseNo }, body })

  beforeAll(async () => {
    district = await verifiedDistrict(await testDb(), { households: 60, batchSize: 20 })
    const { code } = await district.db.as(undefined, (tx) =>
      tx.one<{ code: string }>(
        `select division_code as code from household where aid_from is not null and aid_to is null and not incomplete
         group by 1 order by count(*) desc, 1 limit 1`,
      ),
    )
    village = code
  }, 120_000)
  afterAll(() => district.close())

  it('finds a household first, opens its case once, and marks what is known as to be confirmed', async () => {
    const { no, name } = await district.db.as(undefined, (tx) =>
      tx.one<{ no: string; name: string }>(
        `select household_no as no, head_name as name from household where division_code = $1 and not incomplete order by 1 limit 1`,
        [village],
      ),
    )
    const found = await call<{ rows: FoundHousehold[] }>(clerk(), 'casework.search-households', { query: { q: no } })
    expect(found.rows).toMatchObject([{ householdNo: no, headName: name, running: null, barredUntil: null }])
    const { caseNo } = await call<{ caseNo: string }>(clerk(), 'casework.open', { body: { householdNo: no } })
    expect(caseNo).toMatch(/^AJ\d{4}\d{6}$/)
    const draft = await draftOf(caseNo)
    expect(draft.unconfirmed).toBeGreaterThan(5)
    expect(draft.signers).toEqual([])
    expect(draft.draft.members.every((each) => each.values.counted === undefined)).toBe(true)
    expect(draft.gaps.filter((gap) => gap.message.includes('从登记信息带出')).length).toBeGreaterThan(1)
    const twice = await problemOf(call(clerk(), 'casework.open', { body: { householdNo: no } }))
    expect(twice).toMatchObject({ code: 'casework.running', message: expect.stringContaining(caseNo) })
    const again = await call<{ rows: FoundHousehold[] }>(clerk(), 'casework.search-households', { query: { q: no } })
    expect(again.rows[0]?.running?.caseNo).toBe(caseNo)
    const person = draft.draft.members[0]
    const confirmed = await save(caseNo, [{ do: 'confirm', section: 'members', row: person?.id }])
    expect(confirmed.view.draft.members[0]?.known).toEqual([])
    expect(confirmed.view.unconfirmed).toBe(draft.unconfirmed - (person?.known.length ?? 0))
    const { no: other } = await district.db.as(undefined, (tx) =>
      tx.one<{ no: string }>(
        `select household_no as no from household where division_code = $1 and not incomplete and household_no <> $2 order by 1 limit 1`,
        [village, no],
      ),
    )
    const both = await Promise.allSettled([1, 2].map(() => call(clerk(), 'casework.open', { body: { householdNo: other } })))
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((each) => each.status === 'rejected')?.reason).toMatchObject({ code: 'casework.running' })
    expect((await move(caseNo, 'intake.withdraw', {}, { reason: '申请人决定不再申请' })).result).toBe('withdrawn')
    expect(
      (await call<{ rows: FoundHousehold[] }>(clerk(), 'casework.search-households', { query: { q: no } })).rows[0]?.running,
    ).toBeNull()
  })

  it('loses nothing when two people write: what collides comes back as two values', async () => {
    const { caseNo } = await open('丙重名')
    const set = (value: string, seen: string) => ({
      do: 'set',
      section: 'household',
      row: 'household',
      column: 'address',
      value,
      seen,
    })
    expect((await save(caseNo, [set('一组', '')])).conflicts).toEqual([])
    const second = await save(caseNo, [set('二组', ''), { ...set('13900001234', ''), column: 'phone' }])
    expect(second.conflicts).toMatchObject([
      { column: 'address', columnLabel: '家庭住址', mine: '二组', theirs: '一组', gone: false, at: expect.any(String) },
    ])
    expect(second.view.draft.household.values).toMatchObject({ address: '一组', phone: '13900001234' })
    expect((await save(caseNo, [set('二组', '一组')])).view.draft.household.values.address).toBe('二组')
    const card = {
      do: 'card',
      section: 'members',
      row: '+head',
      text: `姓名 丙重名 性别 男 民族 汉 出生 1980年1月1日 住址 甲子村 公民身份号码 ${numberOf('19800101', '991')}`,
    }
    const read = await save(caseNo, [card])
    expect(read.view.draft.members[0]?.values).toMatchObject({ gender: '1', birth_date: '1980-01-01' })
    const wrong = await problemOf(save(caseNo, [{ ...card, text: '姓名 丙重名 公民身份号码 629901198001019999' }]))
    expect(wrong).toMatchObject({ code: 'casework.card', message: expect.stringContaining('校验位') })
    await problemOf(call(at('payment_officer'), 'casework.save-draft', { params: { caseNo }, body: { changes: [card] } }))
  })

  it('refuses to accept until everything is there, says where, and then registers the household', async () => {
    const { caseNo } = await open('丁新来')
    const gaps = await problemOf(move(caseNo, 'intake.accept'))
    expect(gaps.code).toBe('casework.gaps')
    expect(gaps.details.issues?.map(({ path }) => path.at(-1))).toEqual(expect.arrayContaining(['bank_name', 'account_no']))
    expect(
      (await problemOf(move(caseNo, 'intake.ask-missing', { items: [], toldOn: today, toldTo: '丁新来' }))).message,
    ).toContain('至少列出一项')
    const items = [{ what: '残疾证', problem: '没有带来', mend: '提交残疾证原件' }]
    await move(caseNo, 'intake.ask-missing', { items, toldOn: today, toldTo: '丁新来' })
    expect((await viewOf(caseNo)).steps[0]).toMatchObject({ step: 'intake', state: 'paused' })
    await move(caseNo, 'intake.supply', { receivedOn: today })
    const again = await problemOf(move(caseNo, 'intake.ask-missing', { items, toldOn: today, toldTo: '丁新来' }))
    expect(again).toMatchObject({ details: { issues: [{ path: ['record', 'again'] }] } })

    const { view } = await save(caseNo, whole('01'))
    expect(view.gaps).toEqual([])
    expect(view.verdicts).toMatchObject([
      { ruled: true, differs: false, settled: true },
      { ruled: true, ruledReason: expect.stringContaining('未成年'), settled: true },
    ])
    const differs = await save(caseNo, [
      { do: 'set', section: 'members', row: '+child', column: 'counted', value: 'no', seen: 'yes' },
    ])
    expect(differs.view.verdicts[1]).toMatchObject({ counted: false, differs: true, settled: false })
    await save(caseNo, [{ do: 'set', section: 'members', row: '+child', column: 'counted', value: 'yes', seen: 'no' }])

    const young = await problemOf(
      move(caseNo, 'intake.sign', {
        papers: [{ form: 'authorisation', subject: '+child', signature: 'signed', signedOn: today }],
      }),
    )
    expect(young.details.issues?.[0]).toMatchObject({
      path: ['record', 'papers', 0, 'signature'],
      message: expect.stringContaining('监护人'),
    })
    const lost = { sha256: 'a'.repeat(64), name: '签字.jpg', size: 3 }
    const papers = [{ form: 'application', subject: '+head', signature: 'signed', signedOn: today, file: lost }]
    const noFile = await problemOf(move(caseNo, 'intake.sign', { papers }))
    expect(noFile.message).toContain('没有收到“签字.jpg”')
    expect((await problemOf(move(caseNo, 'intake.accept'))).message).toContain('签字')
    await move(caseNo, 'intake.sign', { papers: signatures(view) })
    expect((await draftOf(caseNo)).signers.every((signer) => signer.forms.every((form) => form.signature !== null))).toBe(true)

    const wage = (proofs: readonly ProofLine[]) => proofs.find(({ code }) => code === 'wage')
    expect(wage(view.proofs)).toMatchObject({ subject: '+head', demand: 'required', state: 'missing', proves: '收入项目：工资' })
    expect((await problemOf(move(caseNo, 'intake.accept', { warningsSeen: true }))).message).toContain('证明材料')
    const file = await stored()
    const nowhere = { ...file, sha256: 'a'.repeat(64) }
    expect((await problemOf(attach(caseNo, { code: 'wage', subject: '+head', files: [nowhere] }))).code).toBe('files.not-taken')
    expect((await problemOf(attach(caseNo, { code: 'illness', subject: '+head', files: [file] }))).code).toBe('casework.no-proof')
    expect((await problemOf(attach(caseNo, { code: 'wage', subject: '+head' }))).message).toContain('两者选一')
    const proved = await attach(caseNo, { code: 'wage', subject: '+head', files: [file] })
    const { proofId } = wage(proved.proofs)?.kept[0] ?? {}
    const voiding = { params: { caseNo, proofId }, body: { reason: '传成了别人的' } }
    const voided = await call<{ proofs: ProofLine[] }>(clerk(), 'casework.void-proof', voiding)
    expect(wage(voided.proofs)?.state).toBe('missing')
    expect((await problemOf(call(clerk(), 'casework.void-proof', voiding))).code).toBe('casework.no-proof')
    const why = { code: 'wage', subject: '+head', reason: '零工没有固定雇主，入户时核实' }
    expect(wage((await attach(caseNo, why)).proofs)?.state).toBe('excused')

    const bad = { do: 'set', section: 'incomes', row: '+wage', column: 'period_to', value: '2025-01', seen: '2026-10' }
    await save(caseNo, [bad])
    const refused = await problemOf(move(caseNo, 'intake.accept', { warningsSeen: true }))
    expect(refused).toMatchObject({
      code: 'casework.not-registered',
      details: { issues: [{ path: ['draft', 'incomes', '+wage', expect.any(String)] }] },
    })
    await save(caseNo, [{ ...bad, value: '2026-10', seen: '2025-01' }])
    const accepted = await move(caseNo, 'intake.accept', { warningsSeen: true })
    expect(accepted.state).toBe('done')
    const { head, records, moves } = await viewOf(caseNo)
    expect(head).toMatchObject({
      applicantName: '丁新来',
      members: 2,
      related: false,
      acceptedOn: today,
      householdNo: expect.stringMatching(/^H/),
    })
    expect(records.find((each) => each.kind === 'acceptance')?.body.members).toMatchObject([{ counted: true }, { counted: true }])
    const { subject: kept } = (await draftOf(caseNo)).proofs.find(({ code }) => code === 'wage') ?? {}
    expect(kept).not.toBe('+head')
    expect(records.find((each) => each.kind === 'acceptance')?.body.proofs).toContainEqual({
      code: 'wage',
      label: '收入证明',
      subject: kept,
      demand: 'required',
      state: 'excused',
    })
    expect(moves.map((each) => `${each.step}.${each.command}`)).toContain('verification.commission')
    const closed = await problemOf(save(caseNo, [bad]))
    expect(closed.code).toBe('casework.not-editable')
    expect((await draftOf(caseNo)).draft.members.every((each) => !each.id.startsWith('+'))).toBe(true)
  })

  it('walks from a new application to a report of the real gateways, an objection and its re-check', async () => {
    const { caseNo } = await open('戊新来')
    const { view } = await save(caseNo, whole('21', '戊新来'))
    const papers = signatures(view)
    await move(caseNo, 'intake.sign', {
      papers: papers.filter(({ form, subject }) => form !== 'authorisation' || subject === '+head'),
    })
    await attach(caseNo, { code: 'wage', subject: '+head', files: [await stored()] })
    await move(caseNo, 'intake.accept', { warningsSeen: true })
    const waiting = await viewOf(caseNo)
    expect(waiting.moves.some((each) => each.command === 'commission')).toBe(false)
    const unsigned = await problemOf(move(caseNo, 'verification.commission'))
    expect(unsigned.message).toContain('丁小来')
    const child = waiting.head.householdNo === null ? undefined : (await draftOf(caseNo)).draft.members[1]
    await move(caseNo, 'verification.commission', {
      papers: [{ form: 'authorisation', subject: child?.id, signature: 'guardian', signedOn: today, note: '戊新来代签' }],
    })
    const householdNo = waiting.head.householdNo ?? ''
    const reported = async (): Promise<CaseView> => {
      const commission = (await viewOf(caseNo)).records.find((each) => each.kind === 'commission')
      await district.settled(String(commission?.body.campaignId))
      await district.news()
      return viewOf(caseNo)
    }
    const first = await reported()
    expect(first.moves.at(-1)).toMatchObject({ step: 'verification', command: 'report', byRoleLabel: '系统' })
    const report = await district.db.as(undefined, (tx) => findReportOf({ tx, keys: district.keys }, householdNo, today))
    expect(first.report?.reportNo).toBe(report?.reportNo)

    // what waits of class B is said with the case and on its papers, whatever of class A is settled
    const read = () => Promise.all([viewOf(caseNo), orderOf(district, caseNo, clerk(), today)])
    const [held, paper] = await new Office(district).holding(householdNo, [0, 2], read)
    const waits = '2 项 B 类疑点待处置'
    expect([held.report?.standing.label, paper]).toEqual([waits, expect.stringContaining(waits)])
    await move(caseNo, 'verification.tell', { toldOn: today, toldTo: '戊新来', way: 'in_person' })
    // a corrected row is asked again in the district's own campaign: the case does not wait for that report
    await district.db.as(undefined, (tx) => emit(tx, 'registry.corrected', { householdNos: [householdNo], subjectNos: [] }))
    await district.news()
    await district.settled()
    const told = `select count(*)::int as n from outbox_event where payload->>'campaignId' = $1 and payload->>'householdNo' = $2`
    const { rows } = await district.db.ownerPool.pool.query(told, [district.campaignId, householdNo])
    expect(rows).toEqual([{ n: 1 }])
    await district.news()
    expect((await viewOf(caseNo)).moves.at(-1)).toMatchObject({ command: 'tell' })
    await move(caseNo, 'verification.object', { raisedBy: '戊新来', raisedOn: today }, { reason: '工资不是我的' })
    expect((await viewOf(caseNo)).steps.find((each) => each.step === 'verification')?.state).toBe('paused')
    const second = await reported()
    expect(second.moves.at(-1)).toMatchObject({ command: 'recheck', byRoleLabel: '系统' })
    expect(second.report?.reportNo).not.toBe(first.report?.reportNo)
    if ((second.report?.openFindings ?? 0) > 0) {
      expect((await problemOf(move(caseNo, 'verification.conclude'))).message).toContain('A 类疑点')
      await new Office(district).clearAll(householdNo)
    }
    const done = await move(caseNo, 'verification.conclude')
    expect(done.state).toBe('done')
  }, 120_000)

  it('marks a case by itself when an official of the circle is declared, and prints its papers', async () => {
    const { caseNo } = await open('己新来')
    const { view } = await save(caseNo, [
      ...whole('41', '己新来').map((change) =>
        'column' in change && change.column === 'has_relatives' ? { ...change, value: 'yes' } : change,
      ),
      ...row('relatives', '+kin1', { member: '+head', official: '甲干部', post: '甲子村委会主任', relation: 'sibling' }),
    ])
    await move(caseNo, 'intake.sign', { papers: signatures(view) })
    await attach(caseNo, { code: 'wage', subject: '+head', files: [await stored()] })
    await move(caseNo, 'intake.accept', { warningsSeen: true })
    const { head, records } = await viewOf(caseNo)
    expect(head.related).toBe(true)
    expect(records.find((each) => each.kind === 'related')?.body).toMatchObject({
      reasons: [
        {
          by: 'declared',
          official: '甲干部',
          text: expect.stringContaining('兄弟姐妹'),
          clause: expect.stringContaining('第十一条'),
        },
      ],
    })
    for (const form of ['application', 'household-economics', 'acceptance-notice', 'proxy', 'related-party']) {
      const file = await call<{ body: Buffer }>(clerk(), 'casework.print-paper', { params: { caseNo, form } })
      expect(file.body.subarray(0, 5).toString()).toBe('%PDF-')
    }
    expect((await viewOf(caseNo)).papers.filter((each) => each.signature === null).length).toBe(5)
    const outside = { official: '乙', post: '某村主任', relation: 'cousin', member: '己新来', note: '群众反映' }
    expect(
      (await problemOf(call(clerk(), 'casework.file-related', { params: { caseNo }, body: { ...outside, official: '乙干部' } })))
        .code,
    ).toBe('casework.not-in-circle')
  })

  it('freezes the recipients of an area, opens their cases, shows progress, and settles an old grant only after the deadline', async () => {
    const approver = person('district_approver', 'approver')
    const late = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`
    const made = await call<{ cleanUpId: string; households: number }>(approver, 'casework.start-clean-up', {
      body: { label: '城乡低保全面清理', divisionCode: '629901000000', deadlineOn: late },
    })
    expect(made.households).toBeGreaterThan(10)
    const params = { cleanUpId: made.cleanUpId }
    const list = await call<{ rows: { householdNo: string; villageCode: string }[]; total: number }>(
      clerk(),
      'casework.list-clean-up-households',
      { params, query: { area: village } },
    )
    expect(list.total).toBeGreaterThan(1)
    const [one, two] = list.rows
    const opened = await call<{ opened: { caseNo: string }[]; refused: object[] }>(clerk(), 'casework.open-clean-up-cases', {
      params,
      body: { householdNos: [one?.householdNo, 'H-none'] },
    })
    expect(opened).toMatchObject({
      opened: [{ householdNo: one?.householdNo }],
      refused: [{ householdNo: 'H-none', caseNo: null }],
    })
    const caseNo = opened.opened[0]?.caseNo ?? ''
    expect((await viewOf(caseNo)).head.origin).toBe('clean_up')
    const read = await call<CleanUp & { areas: CleanUpProgress[] }>(clerk(), 'casework.read-clean-up', {
      params,
      query: { township: `${village.slice(0, 9)}000` },
    })
    expect(read.areas.find((area) => area.code === village)).toMatchObject({ applied: 1, running: 1, open: list.total - 1 })
    const settle = { params, body: { householdNo: two?.householdNo, settled: 'stopped', reason: '户主已迁出本区，未再申请' } }
    expect((await problemOf(call(at('township_head'), 'casework.settle-old-grant', settle))).code).toBe('casework.too-early')
    await district.db.ownerPool.pool.query(
      `set row_security = off; update clean_up set frozen_on = $1::date - 40, deadline_on = $1::date - 1 where true`.replaceAll(
        '$1',
        `'${today}'`,
      ),
    )
    const aidTo = async () => {
      const sql = 'select aid_to from household where household_no = $1'
      return (await district.db.as(undefined, (tx) => tx.one<{ aid_to: string | null }>(sql, [two?.householdNo]))).aid_to
    }
    const { changeNo } = await call<{ changeNo: string }>(at('township_head'), 'casework.settle-old-grant', settle)
    expect(await aidTo()).toBeNull()
    const decision = { params: { changeNo }, body: { confirm: true, reason: '核对无误，同意停发' } }
    await call(approver, 'casework.decide-grant-change', decision)
    expect(await aidTo()).toBe(today.slice(0, 7))
    expect((await problemOf(call(at('township_head'), 'casework.settle-old-grant', settle))).code).toBe('casework.settled')
    const applied = { ...settle, body: { ...settle.body, householdNo: one?.householdNo } }
    expect((await problemOf(call(at('township_head'), 'casework.settle-old-grant', applied))).code).toBe('casework.applied')
    // where nothing runs any more nothing is proposed
    const over = `update household set aid_to = '2020-01' where household_no = (select min(household_no) from clean_up_household
      where left(division_code, 9) = left('${village}', 9) and division_code <> '${village}' and clean_up_id = '${made.cleanUpId}') returning household_no`
    const ended: unknown = await district.db.ownerPool.pool.query(`set row_security = off; ${over}`)
    const [, { rows = [] } = {}] = ended as { rows?: { household_no: string }[] }[]
    const gone = { ...settle, body: { ...settle.body, householdNo: rows[0]?.household_no } }
    expect(await call(at('township_head'), 'casework.settle-old-grant', gone)).toMatchObject({
      changeNo: null,
      settled: 'stopped',
    })
    const rest = await call<{ opened: object[]; left: number }>(clerk(), 'casework.open-clean-up-cases', {
      params,
      body: { area: village },
    })
    expect(rest.opened.length).toBe(list.total - 2)
  })
})
