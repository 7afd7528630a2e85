/** What the household itself stated about the matter of a finding. "Not declared" is said in words, never as an amount. */
import { formatYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { PersonRow, SupporterRow } from '#registry'
import type { Dossier, Finding } from './dossier.ts'
import { declaredRate } from './view.ts'

/** A named value. */
export interface Fact {
  label: string
  value: string
}

/** The declared part of a dossier: what the registry holds of one household. */
export type DeclaredRows = Pick<
  Dossier,
  'household' | 'persons' | 'supporters' | 'authorisations' | 'incomes' | 'assets' | 'payments' | 'filings'
>

interface Matter {
  readonly dossier: DeclaredRows
  /** the person the finding is about; null for the household or a supporter */
  readonly person: PersonRow | null
  readonly supporter: SupporterRow | null
}

type Side = (matter: Matter) => Fact[]

const NOT_DECLARED = '未申报'

function nameOf(dossier: DeclaredRows, personNo: string): string {
  return dossier.persons.find((row) => row.person_no === personNo)?.name ?? personNo
}

/** Declared property of some kinds: the whole household's. */
function assets(...kinds: string[]): Side {
  return ({ dossier }) => {
    const rows = dossier.assets.filter((row) => kinds.includes(row.kind))
    if (rows.length === 0) return kinds.map((kind) => ({ label: `申报${labelOf('asset_kind', kind)}`, value: NOT_DECLARED }))
    return rows.map((row) => {
      const parts = [nameOf(dossier, row.person_no)]
      if (row.area !== null) parts.push(`${formatYuan(row.area)} 平方米`)
      if (row.amount !== null) parts.push(`${formatYuan(row.amount)} 元`)
      return { label: `申报${labelOf('asset_kind', row.kind)}`, value: parts.join(' ') }
    })
  }
}

/** Declared income of some items: of the person, or of the whole household. */
function incomes(...items: string[]): Side {
  return ({ dossier, person }) => {
    const rows = dossier.incomes.filter(
      (row) => (items.length === 0 || items.includes(row.item)) && (person === null || row.person_no === person.person_no),
    )
    if (rows.length === 0)
      return [{ label: `申报${items.map((item) => labelOf('income_item', item)).join('、') || '收入'}`, value: NOT_DECLARED }]
    return rows.map((row) => ({
      label: `申报${labelOf('income_item', row.item)}`,
      value: `${nameOf(dossier, row.person_no)} ${row.period_from} 至 ${row.period_to} 共 ${formatYuan(row.amount)} 元`,
    }))
  }
}

/** Declared monthly rate of an item. */
function rate(item: string): Side {
  return ({ dossier, person }) =>
    person === null
      ? []
      : [
          {
            label: `申报${labelOf('income_item', item)}折算每月`,
            value: `${formatYuan(declaredRate(dossier.incomes, person.person_no, item))} 元`,
          },
        ]
}

type LabelledColumn = readonly [keyof PersonRow, string, Parameters<typeof labelOf>[0]?]

function personal(...columns: readonly LabelledColumn[]): Side {
  return ({ person }) =>
    person === null
      ? []
      : columns.map(([column, label, codes]) => {
          const value = person[column]
          const text = value === null ? '' : String(value)
          if (text === '') return { label, value: '未填写' }
          return { label, value: codes === undefined ? text : labelOf(codes, text) }
        })
}

const members: Side = ({ dossier }) => [
  {
    label: '申报的家庭成员',
    value: dossier.persons
      .map(
        (row) =>
          `${row.name}（${row.relation === null ? '关系未填' : labelOf('relation', row.relation)}${row.counted === 'yes' ? '' : '，不计入'}）`,
      )
      .join('、'),
  },
]

const supporters: Side = ({ dossier }) => [
  {
    label: '申报的义务人',
    value:
      dossier.supporters.map((row) => `${row.name}（${labelOf('supporter_relation', row.relation)}）`).join('、') || NOT_DECLARED,
  },
]

const obligor: Side = ({ supporter }) => {
  if (supporter === null) return []
  const fen = (value: number | null): string => (value === null ? '未填写' : `${formatYuan(value)} 元`)
  return [
    { label: '与被赡养抚养人关系', value: labelOf('supporter_relation', supporter.relation) },
    { label: '申报月收入', value: fen(supporter.monthly_income) },
    { label: '申报每月给付', value: fen(supporter.support_paid) },
    { label: '工作单位', value: supporter.work_unit ?? '未填写' },
  ]
}

const aid: Side = ({ dossier, person }) => {
  const { kind, programme, applied_on, aid_from, aid_to } = dossier.household
  const from = person?.aid_from ?? aid_from
  const to = person?.aid_to ?? aid_to
  const months = dossier.payments.filter((row) => row.amount > 0).map((row) => row.month)
  const facts = [
    { label: '对象类别', value: `${labelOf('programme', programme)}，${labelOf('household_kind', kind)}` },
    { label: '申请日期', value: applied_on },
    { label: '享受期间', value: from === null ? '尚未享受' : `${from} 至 ${to ?? '今'}` },
  ]
  const last = months.toSorted().at(-1)
  return last === undefined ? facts : [...facts, { label: '最近发放月份', value: last }]
}

const account: Side = ({ dossier }) => {
  const { account_holder, account_proxy_filed } = dossier.household
  return [
    { label: '领款账户户名', value: account_holder ?? '未填写' },
    { label: '代管协议', value: account_proxy_filed === 'yes' ? '已备案' : '未备案' },
  ]
}

const filings: Side = ({ dossier }) => [
  {
    label: '近亲属备案',
    value:
      dossier.filings.map((row) => `${row.official_no} ${labelOf('kin', row.relation)} ${row.filed_on}`).join('、') || '没有备案',
  },
]

const papers: Side = ({ dossier, person, supporter }) => {
  const no = person?.person_no ?? supporter?.supporter_no
  const rows = dossier.authorisations.filter((row) => row.subject_no === no)
  if (rows.length === 0) return [{ label: '授权书', value: '没有' }]
  return rows.map((row) => ({
    label: `授权书 ${row.authorisation_no}`,
    value: `${labelOf('signature', row.signature)}，${row.signed_on ?? '未签'} 起${row.valid_to === null ? '' : `至 ${row.valid_to}`}${row.withdrawn_on === null ? '' : `，${row.withdrawn_on} 撤回`}`,
  }))
}

const topUps: Side = ({ person }) => [
  { label: '已享分类施保', value: person?.top_ups.map((each) => labelOf('top_up', each)).join('、') || '没有' },
]

const counted: Side = ({ person, supporter }) => {
  if (person === null) return supporter === null ? [] : [{ label: '申报姓名', value: `${supporter.name}（义务人）` }]
  return [
    { label: '申报姓名', value: person.name },
    { label: '与户主关系', value: person.relation === null ? '未填写' : labelOf('relation', person.relation) },
    { label: '共同生活成员', value: person.counted === 'yes' ? '计入' : '不计入' },
  ]
}

/** What was declared, per rule. */
const sides: ReadonlyMap<string, readonly Side[]> = new Map<string, readonly Side[]>([
  ['DEA-1', [counted, aid]],
  ['DEA-2', [counted, aid]],
  ['DEA-3', [counted]],
  ['PRI-1', [counted, aid]],
  ['REG-1', [counted]],
  ['REG-2', [counted]],
  ['FAM-1', [personal(['marital_status', '申报婚姻状况', 'marital']), members]],
  ['FAM-3', [members, supporters]],
  ['FAM-4', [counted, members]],
  ['FAM-5', [members, supporters]],
  ['FAM-6', [obligor]],
  ['FAM-7', [personal(['student_level', '申报就学层次', 'student_level'])]],
  ['VEH-1', [assets('vehicle')]],
  ['VEH-2', [assets('vehicle'), aid]],
  ['VEH-3', [assets('vehicle')]],
  ['VEH-4', [assets('vehicle', 'machinery')]],
  ['HOU-1', [assets('dwelling')]],
  ['HOU-2', [assets('non_residential')]],
  ['HOU-3', [assets('dwelling', 'non_residential'), aid]],
  ['HOU-4', [assets('dwelling', 'non_residential'), aid]],
  ['HOU-5', [assets('dwelling')]],
  ['BUS-1', [assets('business'), incomes('business')]],
  ['BUS-2', [assets('business')]],
  ['BUS-3', [assets('business')]],
  ['FIS-1', [personal(['work_status', '申报就业状况', 'work_status']), incomes('wage')]],
  ['FIS-2', [filings]],
  ['EMP-1', [personal(['work_status', '申报就业状况', 'work_status']), incomes('wage')]],
  ['EMP-2', [rate('wage'), incomes('wage')]],
  ['EMP-3', [incomes()]],
  ['INC-1', [rate('pension'), incomes('pension')]],
  ['INC-2', [incomes('unemployment', 'survivor', 'veteran_compensation')]],
  ['INC-3', [incomes()]],
  ['FIN-1', [assets('deposit', 'security', 'insurance')]],
  ['FIN-2', [assets('deposit')]],
  ['FIN-3', [assets('security')]],
  ['FIN-4', [assets('insurance')]],
  ['DUP-1', [aid]],
  ['DUP-2', [aid]],
  ['DUP-5', [account]],
  ['DUP-6', [account]],
  ['LIV-1', [counted]],
  ['MIS-2', [topUps]],
  ['MIS-3', [topUps]],
  ['PAY-1', [aid]],
  ['PRO-1', [papers]],
  ['IDQ-5', [counted]],
  ['IDQ-6', [counted]],
  ['IDQ-7', [counted]],
])

/** What the household stated about the matter of a finding; empty for rules beyond the roll. */
export function declaredFacts(finding: Pick<Finding, 'rule' | 'person'>, dossier: DeclaredRows): Fact[] {
  const person = dossier.persons.find((row) => row.person_no === finding.person) ?? null
  const supporter = person === null ? (dossier.supporters.find((row) => row.supporter_no === finding.person) ?? null) : null
  const matter: Matter = { dossier, person, supporter }
  return (sides.get(finding.rule) ?? []).flatMap((side) => side(matter))
}
