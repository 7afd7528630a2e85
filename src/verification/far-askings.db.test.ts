import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkEvidence, evidenceKeys, giveUpParked, parkedMessages, registerNode } from '#exchange'
import type { Actor } from '#platform/action'
import { GatewayConfig, type RecordName, recordNames, recordTypeOf } from '#sources/contract'
import { testDb } from '#testkit/db'
import { HandNode } from '#testkit/hand-node'
import { centre, codeOf, messageOf } from '#testkit/office'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { type Frame, generateNodeKeys, openRelay, publicHalf, readFrame } from '#wire'
import type { FarAsking, FarNode } from './contract/index.ts'
import { exportEvidence } from './index.ts'
import { schemeOf } from './rules/household/schemes.ts'

/** 异地协查 over the real wire: a gateway of another district, and a bank elsewhere that is played by hand. */
const { purpose } = schemeOf('dibao')
const centreId = '629901.centre'
const police = '629902.police'
const bank = '629902.banks'
const register: RecordName = 'police/register'
const deposits: RecordName = 'banks/deposits'

let district: VerifiedDistrict
let atBank: HandNode
let householdNo = ''
let division = ''
/** two members who have signed */
let first = { no: '', name: '' }
let other = { no: '', name: '' }

interface View {
  rows: FarAsking[]
  nodes: FarNode[]
}

const clerk = () => person('township_clerk', 'clerk', `${division.slice(0, 9)}000`)
const list = (actor: Actor = centre) => district.call<View>(actor, 'verification.list-far-askings', { params: { householdNo } })

function ask(change: Partial<{ unit: string; subjectNos: string[]; records: string[] }> = {}, actor: Actor = centre) {
  const body = { unit: bank, subjectNos: [first.no], records: [deposits], reason: '曾在邻区居住', ...change }
  return district.call<{ askingNo: number }>(actor, 'verification.ask-far-node', { params: { householdNo }, body })
}

async function viewOf(askingNo: number): Promise<FarAsking> {
  const found = (await list()).rows.find((row) => row.askingNo === askingNo)
  if (found === undefined) throw new Error(`asking ${askingNo} is not listed`)
  return found
}

async function registered(
  nodeId: string,
  items: string[],
  forPurpose = purpose,
  way: { kind: 'relay' | 'node'; via?: string } = { kind: 'node' },
) {
  const keys = generateNodeKeys('ED1')
  const rights = items.map((item) => ({ item, purpose: forPurpose }))
  const registration = { nodeId, centreId, name: `邻区${nodeId.split('.')[1]}`, ...way, keys: publicHalf(keys), rights }
  const centreKeys = await district.db.as(undefined, (tx) => registerNode(tx, registration, district.rig.deps))
  return { nodeId, centreId, keys, centreKeys }
}

async function startGateway(identity: Awaited<ReturnType<typeof registered>>): Promise<void> {
  const config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: police, centreId, centreUrl: district.rig.url, keys: identity.keys },
    ...{ centreKeys: identity.centreKeys, stateDir: join(district.dir, 'far-police') },
    rights: [{ asker: centreId, records: [register], lookups: [], purposes: [purpose] }],
    source: { kind: 'package', dir: join(district.dir, 'package', 'sources', 'police') },
  })
  await district.rig.run(config)
}

const owner = <R extends object>(text: string, values: unknown[] = []) =>
  district.db.ownerPool.pool.query<R>(text, values).then(({ rows }) => rows)

async function paperOf(subjectNo: string): Promise<string | undefined> {
  const text = 'select authorisation_no as no from authorisation where subject_no = $1'
  return (await owner<{ no: string }>(text, [subjectNo]))[0]?.no
}

/** Chooses a household with two members whom the police know, and lets both sign for everything until further notice. */
async function chooseHousehold(): Promise<void> {
  const place = recordNames.indexOf(register) + 1
  type Found = { household_no: string; no: string; name: string; other: string; other_name: string; division: string }
  const [found] = await owner<Found>(
    `select p.household_no, p.person_no as no, p.name, o.person_no as other, o.name as other_name, p.division_code as division
       from subject_result r join person p on p.person_no = r.subject_no join person o on o.household_no = p.household_no and o.person_no <> p.person_no
      where r.subject_kind = 'person' and substr(r.statuses, ${place}, 1) = 'H'
        and exists (select from authorisation a where a.subject_no = o.person_no) and exists (select from authorisation a where a.subject_no = p.person_no)
      order by p.person_no, o.person_no limit 1`,
  )
  if (found === undefined) throw new Error('the fixture has no family of two')
  householdNo = found.household_no
  division = found.division
  first = { no: found.no, name: found.name }
  other = { no: found.other, name: found.other_name }
  await owner(
    `update authorisation set signature = 'guardian', signed_on = '2026-01-01', valid_to = null, withdrawn_on = null, items = '{all}'
      where subject_no in ($1, $2)`,
    [first.no, other.no],
  )
}

/** The newest request the bank has got, and an answer to it. */
async function bankRequest(): Promise<Frame> {
  const { messages } = await atBank.poll()
  const request = messages.findLast(({ header }) => header.type === 'request')
  if (request === undefined) throw new Error('the bank was asked nothing')
  return request
}

async function bankSays(request: Frame, type: 'answer' | 'correction' | 'refused', lines: object[]): Promise<void> {
  const head = JSON.parse(atBank.read(request)[0] ?? '{}') as { campaign: string; batch: number; round: number }
  const { campaign, batch, round } = head
  const kind = type === 'refused' ? 'refused' : 'records'
  const first = { kind, campaign, batch, round, unit: 'banks', ...(type === 'refused' ? {} : { records: [deposits], asked: 2 }) }
  const [start, ...rest] = lines
  const texts = [{ ...first, ...(type === 'refused' ? start : {}) }, ...(type === 'refused' ? rest : lines)].map((each) =>
    JSON.stringify(each),
  )
  const { id: corr, idem } = request.header
  const { refused } = await atBank.send(atBank.next(texts, { type, lane: 'single', corr, idem }))
  expect(refused).toBeNull()
}

const account = '6222020200112233445'

function depositRow(): (string | number | null)[] {
  const values: Record<string, string | number> = {
    ...{ source_record_id: 'B-1', as_of_date: '2026-11-01', bank: '邻区农商行' },
    ...{ account_no: account, balance: 1_234_500 },
  }
  return recordTypeOf(deposits).answerColumns.map((column) => values[column] ?? null)
}

beforeAll(async () => {
  district = await verifiedDistrict(await testDb(), { households: 20 })
  await chooseHousehold()
  await startGateway(await registered(police, ['identity']))
  atBank = new HandNode(await registered(bank, ['finance']), () => district.rig.url)
  await registered('629903.tax', ['tax'], '另一用途')
  await registered('629903.province', ['vehicle'])
}, 240_000)

afterAll(() => district?.close())

describe('who may ask whom for what', () => {
  it('the centre may ask nodes with rights for the scheme, for what they hold and may be asked; readers may ask nobody', async () => {
    const { nodes, rows } = await list()
    expect(nodes.map(({ unit, records }) => [unit, records.map(({ record }) => record)])).toEqual([
      [bank, [deposits]],
      [police, ['police/register', 'police/deaths', 'police/custody', 'police/exit_entry']],
    ])
    expect(rows).toEqual([])
    expect((await list(clerk())).nodes).toEqual([])
    expect(await codeOf(ask({}, clerk()))).toBe('identity.not-permitted')
  })

  it('a node without a right, a record type without one, a stranger and a member who has not signed are refused by name', async () => {
    expect(await messageOf(ask({ unit: '629903.tax', records: ['tax/personal_income'] }))).toContain('未授予查询权')
    expect(await messageOf(ask({ unit: police, records: ['police/vehicles'] }))).toContain('“机动车')
    expect(await messageOf(ask({ subjectNos: ['P-nobody'] }))).toContain('P-nobody 不是本户登记的成员')
    await owner(`update authorisation set valid_to = '2026-06-30' where subject_no = $1`, [other.no])
    expect(await messageOf(ask({ subjectNos: [first.no, other.no] }))).toContain(`${other.name}（授权书已过期）`)
    await owner(`update authorisation set items = '{vehicle}', valid_to = null where subject_no = $1`, [other.no])
    expect(await messageOf(ask({ subjectNos: [other.no] }))).toMatch(new RegExp(`${other.name}（授权项目不全，缺.*）`))
    await owner(`update authorisation set items = '{all}' where subject_no = $1`, [other.no])
    expect(await owner('select from far_asking')).toEqual([])
    expect(await owner(`select from exchange_message where campaign like 'far:%'`)).toEqual([])
  })

  it('the database itself refuses a subject without a paper, also for what the bureau’s own papers need not cover', async () => {
    const insert = (bits: number) =>
      district.db.rolledBack(undefined, async (tx) => {
        await tx.execute(
          `insert into far_asking (household_no, division_code, campaign_id, unit, reason, asked_on, guardian_age, asked_by, asked_by_name, asked_at)
           values ($1, $2, $3, $4, '测试查询', '2026-11-01', 18, 'x', 'x', now())`,
          [householdNo, division, district.campaignId, bank],
        )
        await tx.execute(
          `insert into far_asking_subject (asking_no, place, subject_no, born_on, asked, authorisation_nos, division_code)
           select max(asking_no), 0, 'P-nobody', '1980-01-01', $1, '{}', $2 from far_asking`,
          [bits, division],
        )
      })
    for (const record of [deposits, 'civil_affairs/other_aid'] as const) {
      await expect(insert(1 << recordNames.indexOf(record))).rejects.toThrow('异地协查未经授权')
    }
  })
})

describe('an asking', () => {
  it('reaches a gateway of another district by the single lane, and its answer is shown person by person', async () => {
    const { askingNo } = await ask({ unit: police, subjectNos: [first.no, other.no], records: [register] })
    const [sent] = await owner<{ lane: string; header: string }>(
      `select lane, header from exchange_message where campaign = $1 and direction = 'out'`,
      [`far:${householdNo}`],
    )
    expect(sent?.lane).toBe('single')
    expect(JSON.parse(sent?.header ?? '{}')).toMatchObject({ purpose, operator: centre.userId, caseNo: district.campaignId })
    expect(sent?.header).not.toContain(first.name)
    await expect.poll(async () => (await viewOf(askingNo)).state, { timeout: 20_000 }).toBe('answered')
    const { subjects, unitName, reason, by } = await viewOf(askingNo)
    expect({ unitName, reason, by }).toEqual({ unitName: '邻区police', reason: '曾在邻区居住', by: centre.name })
    const [answer] = subjects.find((subject) => subject.subjectNo === first.no)?.answers ?? []
    expect(answer).toMatchObject({ record: register, state: 'HIT', reason: null })
    expect(answer?.rows[0]?.map(({ label }) => label)).toContain('姓名')
    expect(subjects.map((subject) => subject.name).sort()).toEqual([first.name, other.name].sort())
  })

  it('is waiting, then answered: a row with its account masked, and none only where the node says so', async () => {
    const { askingNo } = await ask({ subjectNos: [first.no, other.no] })
    const before = await viewOf(askingNo)
    expect(before.state).toBe('sent')
    expect(before.subjects.flatMap(({ answers }) => answers.map(({ state }) => state))).toEqual(['PENDING', 'PENDING'])
    const request = await bankRequest()
    const papers = atBank.read(request)[1] ?? ''
    expect(papers).toContain(await paperOf(first.no))
    const places = before.subjects.map((subject) => subject.subjectNo)
    const i = places.indexOf(first.no)
    await bankSays(request, 'answer', [[{ i, s: 'H', r: { 0: [depositRow()] } }], { none: [1 - i] }])
    const { subjects, state } = await viewOf(askingNo)
    expect(state).toBe('answered')
    expect(subjects[1 - i]?.answers).toMatchObject([{ state: 'NO_RECORD', reason: null, rows: [] }])
    const facts = subjects[i]?.answers[0]?.rows[0] ?? []
    expect(facts).toContainEqual({ label: '余额', value: '12345.00 元' })
    expect(facts).toContainEqual({ label: '账号', value: '****3445' })
    expect(JSON.stringify(await list())).not.toContain(account)
  })

  it('that is refused says why and never "none"; what corrects the refusal is shown', async () => {
    const { askingNo } = await ask()
    const request = await bankRequest()
    await bankSays(request, 'refused', [{ code: 'unusable', message: '数据正在迁移' }])
    const refused = await viewOf(askingNo)
    expect(refused).toMatchObject({ state: 'refused', note: '数据正在迁移' })
    expect(refused.subjects[0]?.answers).toMatchObject([{ state: 'TIMEOUT', rows: [] }])
    await bankSays(request, 'correction', [[{ i: 0, s: 'E', why: { 0: 'cut_off' } }]])
    const corrected = await viewOf(askingNo)
    expect(corrected.state).toBe('answered')
    expect(corrected.subjects[0]?.answers).toMatchObject([{ state: 'SOURCE_ERROR', reason: '反馈不完整，未见记录不等于没有' }])
  })

  it('is withdrawn while it waits: the node is told why and confirms; what is answered or of no such number is not withdrawn', async () => {
    const { askingNo } = await ask()
    const body = { reason: '选错了银行' }
    const cancel = (no: number, actor: Actor = centre) =>
      district.call(actor, 'verification.cancel-far-asking', { params: { householdNo, askingNo: no }, body })
    expect(await codeOf(cancel(askingNo, clerk()))).toBe('identity.not-permitted')
    const request = await bankRequest()
    await cancel(askingNo)
    const cancelled = await viewOf(askingNo)
    expect(cancelled).toMatchObject({ state: 'cancelled', note: '对方还没有确认；它此前作出的答复仍会在这里显示' })
    expect(cancelled.subjects[0]?.answers).toMatchObject([{ state: 'TIMEOUT', rows: [] }])
    const { messages } = await atBank.poll()
    const told = messages.findLast(({ header }) => header.type === 'cancel')
    const [said = ''] = told === undefined ? [] : atBank.read(told)
    expect(JSON.parse(said)).toEqual({ request: request.header.id, ...body })
    await bankSays(request, 'refused', [{ code: 'cancelled', message: '查询已撤销' }])
    expect(await viewOf(askingNo)).toMatchObject({ state: 'cancelled', note: '对方已确认停止查询' })
    expect(await messageOf(cancel(askingNo))).toBe('这次协查已经撤销，不用撤销。请刷新页面查看')
    const [answered] = (await list()).rows.filter((row) => row.state === 'answered')
    expect(await messageOf(cancel(answered?.askingNo ?? 0))).toContain('对方已经答复')
    expect(await codeOf(cancel(99_999))).toBe('verification.no-asking')
    const entries = await owner<{ n: number; detail: object }>(
      `select cardinality(subjects) as n, detail from journal where action = 'verification.cancel-far-asking' and chain = $1`,
      [`household:${householdNo}`],
    )
    expect(entries).toEqual([{ n: 1, detail: expect.objectContaining({ batch: askingNo, unitName: '邻区banks' }) }])
  })

  it('goes through a relay; what the relay does not pass on is told, and given up it is no answer either', async () => {
    const city = new HandNode(await registered('629900.city', [], purpose, { kind: 'relay' }), () => district.rig.url)
    await registered('629904.banks', ['finance'], purpose, { kind: 'node', via: '629900.city' })
    expect((await list()).nodes.find((node) => node.unit === '629904.banks')?.via).toBe('邻区city')
    const { askingNo } = await ask({ unit: '629904.banks' })
    const { messages } = await city.poll()
    const [inner] = messages.map(({ header, body }) => readFrame(openRelay(header, body)).header)
    expect(inner).toMatchObject({ to: '629904.banks', type: 'request', purpose })
    const error = {
      kind: 'error',
      code: 'no_pass',
      message: '本节点不转送',
      id: inner?.id ?? null,
      chan: inner?.chan ?? '',
      expect: null,
    } as const
    await city.send(city.carry(city.control(error), 'single'))
    expect(await viewOf(askingNo)).toMatchObject({ state: 'sent', note: '未能送达：本节点不转送。请在线路页面处理' })
    await district.db.as(undefined, async (tx) => {
      const [parked] = await parkedMessages(tx)
      await giveUpParked(tx, parked?.parked_no ?? 0, '王敏', '改由人工核实', district.rig.deps)
    })
    const { state, note, subjects } = await viewOf(askingNo)
    expect({ state, note }).toEqual({ state: 'given_up', note: '改由人工核实' })
    expect(subjects[0]?.answers).toMatchObject([{ state: 'TIMEOUT', rows: [] }])
  })

  it('of a household whose verification is suspended is refused', async () => {
    const params = { householdNo }
    const body = { ground: 'source_outage', reason: '来源中断测试' }
    await district.call(centre, 'verification.suspend-household', { params, body })
    expect(await codeOf(ask())).toBe('verification.ended')
    await district.call(centre, 'verification.resume-household', { params, body: { reason: '来源已恢复' } })
  })
})

describe('what is written down', () => {
  interface Looks {
    rows: {
      text: string
      unitName: string
      purpose: string
      authorisationNos: string[]
      asked: { unitName: string; records: string[]; outcome: string }[]
    }[]
  }

  it('each asking and each look stands in the journal, and the person’s own log names the node, the outcome and the papers', async () => {
    await list()
    const entries = await owner<{ action: string; n: number }>(
      `select action, cardinality(subjects) as n from journal where chain = $1 and action in ('verification.ask-far-node', 'verification.list-far-askings')
        order by entry_id`,
      [`household:${householdNo}`],
    )
    expect(entries.filter(({ action }) => action === 'verification.ask-far-node').map(({ n }) => n)).toEqual([
      1, 1, 1, 1, 1, 1, 1,
    ])
    expect(entries.at(-1)).toEqual({ action: 'verification.list-far-askings', n: 2 })
    const { rows } = await district.call<Looks>(person('auditor'), 'journal.list-looks', {
      params: { subjectNo: other.no },
      query: { limit: 200 },
    })
    const asked = rows.filter((row) => row.text === '向异地单位协查')
    const paper = await paperOf(other.no)
    expect(asked.map(({ unitName, asked: about, authorisationNos }) => [unitName, about, authorisationNos])).toEqual([
      ['邻区banks', [{ unitName: '邻区banks', records: [recordTypeOf(deposits).label], outcome: 'answered' }], [paper]],
      ['邻区police', [expect.objectContaining({ unitName: '邻区police', records: [recordTypeOf(register).label] })], [paper]],
    ])
    expect(rows.some((row) => row.text === '查看异地协查答复')).toBe(true)
  })

  it('is proven with the evidence of the household: question, answer and keys of the far node', async () => {
    const { deps } = district.rig
    const of = { about: '委托 测试', campaignIds: [district.campaignId], householdNo }
    const by = { purpose: '行政复议', operator: 'test' }
    const folder = await district.db.as(undefined, (tx) => exportEvidence(tx, of, by, { ...deps, blobs: district.runtime.blobs }))
    const keys = await district.db.as(undefined, (tx) => evidenceKeys(tx, deps))
    const { queries } = JSON.parse(folder.get('manifest.json')?.toString() ?? '{}') as {
      queries: { no: string; unit: string; answers: number }[]
    }
    const far = queries.filter(({ unit }) => !unit.startsWith('629901.'))
    expect(far.map(({ unit, answers }) => [unit, answers])).toEqual([
      [police, 1],
      [bank, 1],
      [bank, 2],
      [bank, 1],
      ['629904.banks', 0],
    ])
    const { faults } = checkEvidence(folder, keys)
    expect(faults).toEqual([])
  })

  it('what no authorisation covers any more is not shown', async () => {
    await owner(`update authorisation set withdrawn_on = '2026-02-01' where subject_no = $1`, [first.no])
    const answers = (await list()).rows.flatMap(({ subjects }) =>
      subjects.filter(({ subjectNo }) => subjectNo === first.no).flatMap((subject) => subject.answers),
    )
    expect(answers.length).toBeGreaterThan(2)
    for (const answer of answers)
      expect(answer).toMatchObject({ state: 'NOT_AUTHORISED', reason: '授权已撤回或到期，答复不再显示', rows: [] })
  })

  it('nor of somebody who is in another household by now', async () => {
    const [elsewhere] = await owner<{ no: string }>('select household_no as no from household where household_no <> $1 limit 1', [
      householdNo,
    ])
    await owner('update person set household_no = $2 where person_no = $1', [other.no, elsewhere?.no])
    const asked = (await list()).rows.flatMap(({ subjects }) => subjects.filter(({ subjectNo }) => subjectNo === other.no))
    for (const { name, answers } of asked) {
      expect(name).toBe('已不在本户的人员')
      expect(answers).toMatchObject([{ state: 'NOT_AUTHORISED', reason: '此人已不在本户登记，答复不再显示', rows: [] }])
    }
    expect(asked).toHaveLength(2)
  })

  it('another township sees none of it', async () => {
    const stranger = { lo: '629901990000', hi: '629901991000', actor: 'other' }
    const seen = await district.db.as(stranger, (tx) =>
      tx.query('select from far_asking union all select from far_asking_subject'),
    )
    expect(seen).toEqual([])
  })
})
