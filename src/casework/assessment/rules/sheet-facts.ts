/** The facts of a sheet in lines, each with who said it, from what, as of when, and what speaks against it. */
import { formatYuan } from '#kernel/money'
import type { Household } from '#policy'
import type { HouseholdFile } from '#registry'
import type { Interview, Visit } from '../../visit/contract/moves.ts'
import type { Amendment, ImputedIncome, Pillar, SheetFact } from '../contract/sheet.ts'
import { type FindingOfSheet, standingText } from './sheet.ts'
import { incomeLabel, pillarOfRule } from './sheet-pillars.ts'

/** A record with who wrote it and when. */
export interface Said<T> {
  readonly body: T
  readonly byName: string | null
  readonly at: string
}

export interface FactSources {
  readonly file: HouseholdFile | null
  readonly reportNo: string | null
  readonly asOf: string | null
  readonly household: Household | null
  readonly findings: readonly (FindingOfSheet & { readonly subjectNo: string | null })[]
  readonly visit: Said<Visit> | null
  readonly interviews: readonly Said<Interview>[]
  readonly vote: {
    readonly heldOn: string | null
    readonly place: string
    readonly yes: number
    readonly no: number
    readonly abstain: number
    readonly invalid: number
  } | null
  readonly amended: readonly (Amendment & { readonly byName: string })[]
  readonly imputed: readonly (ImputedIncome & { readonly byName: string })[]
}

const plain: Pick<SheetFact, 'contradiction' | 'clause' | 'imputed'> = { contradiction: null, clause: null, imputed: false }

function line(
  fact: string,
  value: string | null,
  from: Pick<SheetFact, 'saidBy' | 'source' | 'asOf'>,
  more: Partial<SheetFact> = {},
): SheetFact {
  return { fact, value, ...from, ...plain, ...more }
}

function against(sources: FactSources, pillar: Pillar, subjectNo: string | null): string | null {
  const found = sources.findings.filter((each) => each.subjectNo === subjectNo && pillarOfRule(each.rule) === pillar)
  return found.length === 0 ? null : found.map((each) => `${each.rule} ${each.message}（${standingText(each)}）`).join('；')
}

function declared(file: HouseholdFile, who: string): Pick<SheetFact, 'saidBy' | 'source' | 'asOf'> {
  return { saidBy: who, source: '申报', asOf: file.appliedOn }
}

function visited({ body, byName }: Said<Visit>): Pick<SheetFact, 'saidBy' | 'source' | 'asOf'> {
  const names = body.investigators.map((each) => each.name)
  return { saidBy: names.length === 0 ? (byName ?? '调查人员') : names.join('、'), source: '入户调查', asOf: body.visitedOn }
}

function residenceFacts(sources: FactSources): SheetFact[] {
  const { file } = sources
  if (file === null) return []
  const place = `${file.townshipName}${file.villageName}${file.address ?? ''}`
  const persons = file.persons
    .filter((each) => each.role !== 'supporter')
    .map((each) => {
      const parts = [
        each.counted ? '共同生活' : '不计入共同生活',
        each.age === null ? null : `${each.age} 岁`,
        each.healthLabel,
        each.workStatusLabel === null ? null : `${each.workStatusLabel}（仅作收入核查线索）`,
      ]
      const value = parts.filter((part) => part !== null).join('，')
      return line(`${each.relationLabel} ${each.name}`, value, declared(file, file.headName), {
        contradiction: against(sources, 'residence', each.subjectNo),
      })
    })
  return [
    line('户籍和居住地', place, declared(file, file.headName), { contradiction: against(sources, 'residence', null) }),
    ...persons,
  ]
}

function declaredLines(sources: FactSources, tables: readonly string[], pillar: Pillar): SheetFact[] {
  const { file } = sources
  if (file === null) return []
  return file.declared
    .filter((each) => tables.includes(each.table))
    .map((each) => {
      const period = each.periodFrom === null ? '' : `（${each.periodFrom} 至 ${each.periodTo ?? ''}）`
      const amount = each.amount === null ? null : `${formatYuan(each.amount)} 元${period}`
      const area = each.area === null ? null : `${formatYuan(each.area)} 平方米`
      const value = [amount, area].filter((part) => part !== null).join('，')
      return line(`${each.itemLabel}：${each.subjectName}`, value === '' ? null : value, declared(file, each.subjectName), {
        contradiction: against(sources, pillar, each.subjectNo),
      })
    })
}

function nameIn(file: HouseholdFile | null, subject: string | undefined): string {
  return file?.persons.find((each) => each.subjectNo === subject)?.name ?? subject ?? '全家'
}

/** What the verification left of the declared income: the larger of declared and found. */
function verifiedIncomes(sources: FactSources): SheetFact[] {
  const { household, reportNo, asOf, file } = sources
  if (household === null || reportNo === null) return []
  const from = { saidBy: '核对中心', source: `核对报告 ${reportNo}（申报与查得取大）`, asOf }
  return (household.incomes ?? [])
    .filter((each) => each.ref?.startsWith('imputed:') !== true)
    .map((each) =>
      line(
        `核定${incomeLabel(each.item)}：${nameIn(file, each.member)}`,
        `${formatYuan(each.amount)} 元${each.months === undefined || each.months === 1 ? '（每月）' : `（${each.months} 个月合计）`}`,
        from,
      ),
    )
}

function imputedFacts({ imputed, file }: FactSources): SheetFact[] {
  return imputed.map((each) =>
    line(
      `推定${incomeLabel(each.item)}：${nameIn(file, each.member)}`,
      `${formatYuan(each.amount)} 元（每月）`,
      { saidBy: each.byName, source: `推定：${each.method}`, asOf: null },
      { clause: each.clause, imputed: true },
    ),
  )
}

function verifiedAssets({ household, reportNo, asOf }: FactSources): SheetFact[] {
  const assets = household?.assets
  if (assets === undefined || reportNo === null) return []
  const from = { saidBy: '核对中心', source: `核对报告 ${reportNo}`, asOf }
  return [
    ...(assets.monetary === undefined ? [] : [line('核定货币财产', `${formatYuan(assets.monetary)} 元`, from)]),
    ...(assets.dwellings === undefined ? [] : [line('核定住房', `${assets.dwellings.length} 套`, from)]),
    ...(assets.vehicles === undefined ? [] : [line('核定机动车', `${assets.vehicles.length} 辆`, from)]),
    ...(assets.non_residential === undefined ? [] : [line('核定非居住类房屋', `${assets.non_residential} 处`, from)]),
  ]
}

type Seen = Record<'residence' | 'income' | 'assets', SheetFact[]>

function seenAtHome(visit: Said<Visit>): Seen {
  const from = visited(visit)
  const { conclusion, income, dwelling, seen } = visit.body
  const { kind, area, condition } = dwelling
  const rooms = [kind, area === null ? '' : `${area} 平方米`, condition].filter((part) => part !== '').join('，')
  return {
    residence: [line('入户所见', orNull(conclusion), from)],
    income: income.map(({ name, words, amount }) => {
      const figure = amount === null ? '' : `，约 ${formatYuan(amount)} 元`
      return line(`入户了解收入：${name}`, `${words}${figure}`, from)
    }),
    assets: [
      line('入户所见住房', orNull(rooms), from),
      ...(seen.length === 0 ? [] : [line('入户所见物品', seen.join('、'), from)]),
    ],
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text)

function saidByOthers(interviews: readonly Said<Interview>[]): SheetFact[] {
  return interviews.map(({ body }) => {
    const from = { saidBy: body.who, source: body.kind === 'letter' ? '信函索证' : '邻里访问', asOf: body.on }
    return line(`${body.relation === '' ? '邻里' : body.relation}反映`, body.statement, from)
  })
}

/** Findings of verification that bear on a pillar, each as a line of its own. */
function foundFacts({ findings, file }: FactSources, pillar: Pillar): SheetFact[] {
  return findings
    .filter((each) => pillarOfRule(each.rule) === pillar)
    .map((each) =>
      line(
        `${each.ruleName}：${nameIn(file, each.subjectNo ?? undefined)}`,
        each.message,
        { saidBy: each.sourceName ?? '核对比对', source: `疑点 ${each.rule}（${each.class} 类）`, asOf: each.asOf },
        { contradiction: standingText(each), clause: each.clause },
      ),
    )
}

const SECTION_PILLARS: Readonly<Record<Amendment['section'], Pillar>> = {
  members: 'residence',
  single_applicant: 'residence',
  family: 'income',
  tier: 'deliberation',
  incomes: 'income',
  expenses: 'income',
  supporters: 'income',
  assets: 'assets',
}
const SECTION_LABELS: Readonly<Record<Amendment['section'], string>> = {
  members: '家庭成员',
  single_applicant: '单人保申请',
  family: '全家人口与收入',
  tier: '保障类别',
  incomes: '收入',
  expenses: '支出',
  supporters: '赡养抚养扶养义务人',
  assets: '财产',
}

function amendedFacts({ amended }: FactSources, pillar: Pillar): SheetFact[] {
  return amended
    .filter((each) => SECTION_PILLARS[each.section] === pillar)
    .map((each) => {
      const value = typeof each.value === 'string' ? `${each.value}（${each.reason}）` : each.reason
      return line(`更正${SECTION_LABELS[each.section]}`, value, { saidBy: each.byName, source: each.source, asOf: null })
    })
}

function voteFacts({ vote }: FactSources): SheetFact[] {
  if (vote === null) return []
  const value = `同意 ${vote.yes} 票，不同意 ${vote.no} 票，弃权 ${vote.abstain} 票，无效 ${vote.invalid} 票`
  return [line('评议票数', value, { saidBy: '评议会', source: vote.place, asOf: vote.heldOn })]
}

/** Every fact of the sheet by the finding it bears on. */
export function factsByPillar(sources: FactSources): Record<Pillar, SheetFact[]> {
  const seen: Seen = sources.visit === null ? { residence: [], income: [], assets: [] } : seenAtHome(sources.visit)
  return {
    residence: [
      ...residenceFacts(sources),
      ...seen.residence,
      ...foundFacts(sources, 'residence'),
      ...amendedFacts(sources, 'residence'),
    ],
    income: [
      ...declaredLines(sources, ['declared_income', 'declared_expenditure'], 'income'),
      ...verifiedIncomes(sources),
      ...imputedFacts(sources),
      ...seen.income,
      ...saidByOthers(sources.interviews),
      ...foundFacts(sources, 'income'),
      ...amendedFacts(sources, 'income'),
    ],
    assets: [
      ...declaredLines(sources, ['declared_assets'], 'assets'),
      ...verifiedAssets(sources),
      ...seen.assets,
      ...foundFacts(sources, 'assets'),
      ...amendedFacts(sources, 'assets'),
    ],
    deliberation: [...voteFacts(sources), ...amendedFacts(sources, 'deliberation')],
  }
}
