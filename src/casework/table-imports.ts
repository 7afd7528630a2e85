/** Casework's tables that people hand in as workbooks: who may be called to the deliberations of which village. */
import { randomUUID } from 'node:crypto'
import { readIdNumber } from '#kernel/id-number'
import { nameFault } from '#kernel/typed-person'
import type { ActionContext } from '#platform/action'
import type { Sql } from '#platform/db'
import {
  type ImportKinds,
  type ImportRow,
  importKind,
  type RowFault,
  type RowVerdict,
  type VillageName,
  villageBy,
} from '#platform/table-import'
import { type MemberKind, memberKindLabels } from './deliberation/contract/deliberation.ts'
import { insertPoolMembers, listAllPoolMembers, type NewPoolMember } from './deliberation/store/sessions.ts'

type Known = { villageCode: string; name: string; kind: MemberKind; idIndex: Buffer | null }

const OLDEST = 130
const [SHORTEST_NAME, LONGEST_NAME] = [2, 60]
const kindNames = Object.entries(memberKindLabels) as [MemberKind, string][]

function kindOf(text: string): MemberKind | RowFault {
  const known = kindNames.find(([value, label]) => text === label || text === value)
  if (known !== undefined) return known[0]
  const message = `身份“${text}”不在下列各项之中，请照写其一：${kindNames.map(([, label]) => label).join('；')}`
  return { column: 'kind', message }
}

function indexOf(context: ActionContext, text: string): { number: string; index: Buffer | null } | RowFault {
  if (text === '') return { number: '', index: null }
  const { value } = readIdNumber(text, context.today, OLDEST)
  if (value === null)
    return { column: 'idNumber', message: '身份证号：位数、校验码或出生日期不对，请对照证件改正；不确定的可留空' }
  return { number: value, index: context.keys.blindIndex('id', value) }
}

const isFault = (value: object | string): value is RowFault => typeof value === 'object' && 'message' in value

/** The member a row names, or what is wrong with it. */
function memberOf(
  context: ActionContext,
  find: (text: string) => VillageName | RowFault,
  { texts }: ImportRow,
): NewPoolMember | readonly RowFault[] {
  const village = find(texts.village ?? '')
  const kind = kindOf(texts.kind ?? '')
  const id = indexOf(context, texts.idNumber ?? '')
  const name = texts.name ?? ''
  const fits = name.length >= SHORTEST_NAME && name.length <= LONGEST_NAME
  const badName = fits ? nameFault(name) : '姓名：应为 2 至 60 个字，请照证件填写'
  const faults = [village, kind, id, badName === null ? '' : { column: 'name', message: badName }].filter(isFault)
  if (isFault(village) || isFault(kind) || isFault(id) || faults.length > 0) return faults
  const sealed = context.keys.seal(id.number === '' ? '{}' : JSON.stringify({ id_number: id.number }))
  const fromOn = texts.fromOn === undefined || texts.fromOn === '' ? context.today : texts.fromOn
  return { memberId: randomUUID(), villageCode: village.code, name, kind, sealed, idIndex: id.index, fromOn }
}

/** What the pools say of somebody already. */
function compare(member: NewPoolMember, pool: readonly Known[]): RowVerdict<NewPoolMember> {
  const { idIndex } = member
  const same = idIndex === null ? undefined : pool.find((each) => each.idIndex?.equals(idIndex))
  const named = pool.find((each) => each.name === member.name && each.kind === member.kind)
  if (same !== undefined && (same.name !== member.name || same.kind !== member.kind)) {
    const message = `身份证号：本村已登记为 ${same.name}（${memberKindLabels[same.kind]}），请核对；身份有变的先办理离库`
    return { state: 'bad', faults: [{ column: 'idNumber', message }] }
  }
  const isKnown = same !== undefined || (named !== undefined && (idIndex === null || named.idIndex === null))
  return isKnown ? { state: 'taken' } : { state: 'good', value: member }
}

async function judge(
  context: ActionContext,
  villages: readonly VillageName[],
  rows: readonly ImportRow[],
): Promise<RowVerdict<NewPoolMember>[]> {
  const find = villageBy(villages)
  const pools = Map.groupBy(await listAllPoolMembers(context.tx, context.today), (each) => each.villageCode)
  return rows.map((row) => {
    const member = memberOf(context, find, row)
    if (!('memberId' in member)) return { state: 'bad', faults: member }
    const pool = pools.get(member.villageCode) ?? []
    const verdict = compare(member, pool)
    if (verdict.state === 'good') pools.set(member.villageCode, [...pool, member])
    return verdict
  })
}

/** Kinds of casework: the pools of the villages. */
export function caseImports(villagesOf: (sql: Sql) => Promise<readonly VillageName[]>): ImportKinds {
  return {
    pool: importKind<NewPoolMember>({
      label: '评议人员名册',
      permission: 'casework.pool',
      columns: [
        {
          header: '村（社区）',
          key: 'village',
          kind: 'text',
          required: true,
          hint: '村（社区）全称或 12 位代码；各行都要填写',
          example: '629901001001',
        },
        { header: '姓名', key: 'name', kind: 'text', required: true, hint: '照证件填写', example: '王秀英' },
        {
          header: '身份',
          key: 'kind',
          kind: 'text',
          required: true,
          hint: `照写其一：${kindNames.map(([, label]) => label).join('；')}`,
          example: memberKindLabels.representative,
        },
        {
          header: '身份证号',
          key: 'idNumber',
          kind: 'digits',
          required: false,
          hint: '18 位，单元格设为文本；用于自动回避，可不填',
          example: '',
        },
        {
          header: '入库日期',
          key: 'fromOn',
          kind: 'date',
          required: false,
          hint: '如 2026-09-30；不填为导入当天',
          example: '2026-09-30',
        },
      ],
      judge: async (context, rows) => judge(context, await villagesOf(context.tx), rows),
      async take({ tx }, members) {
        await insertPoolMembers(tx, members)
      },
    }),
  }
}
