/** The figures of a report: how each is called, counted and where its findings come from. */
import { type RecordName, recordLabel } from '#sources/contract'
import type { FigureKey } from '../found/income-kinds.ts'
import type { HouseholdView, Subject } from '../household/view.ts'

export interface FigureCard {
  readonly key: FigureKey
  readonly label: string
  readonly group: 'income' | 'property' | 'expenditure'
  readonly unit: 'fen' | 'area'
  /** the larger of declared and found is taken (per member and item for incomes), or what was found alone */
  readonly takes: 'larger' | 'found'
  /** record types that speak about the figure */
  readonly sources: readonly RecordName[]
}

const card = (
  key: FigureKey,
  label: string,
  group: FigureCard['group'],
  sources: readonly RecordName[],
  takes: FigureCard['takes'] = 'larger',
): FigureCard => ({ key, label, group, unit: key === 'dwelling_area' ? 'area' : 'fen', takes, sources })

/** The figures in the order of the report. */
export const figureCards: readonly FigureCard[] = [
  card('wage', '工资性收入', 'income', ['tax/personal_income', 'finance/payroll', 'hrss/contributions', 'housing_fund/accounts']),
  card('business', '经营净收入', 'income', ['tax/personal_income']),
  card('property', '财产净收入', 'income', ['tax/personal_income', 'finance/subsidy_card']),
  card('transfer', '转移净收入', 'income', ['hrss/benefits', 'finance/subsidy_card']),
  card('other', '其他收入', 'income', ['tax/personal_income']),
  card('deposit', '存款与支付账户余额', 'property', ['banks/deposits', 'third_party_payment/balances']),
  card('security', '证券基金理财', 'property', ['securities/holdings']),
  card('insurance', '商业保险现金价值', 'property', ['insurance/policies']),
  card('vehicle', '机动车现值', 'property', ['police/vehicles', 'disabled_federation/certificates']),
  card('business_capital', '市场主体出资', 'property', ['market/investors']),
  card('dwelling_area', '住宅面积', 'property', ['natural_resources/titles'], 'found'),
  card('medical', '医疗支出', 'expenditure', ['medical_security/settlements'], 'found'),
  card('education', '教育支出', 'expenditure', ['education/enrolments'], 'found'),
]

/** Whether a subject's status says that nothing can be concluded. */
export function isSilent(subject: Subject, record: RecordName): boolean {
  const status = subject.answers.status[record]
  return status !== 'HIT' && status !== 'NO_RECORD'
}

/** The record types of a figure that are silent about at least one member. */
export function silentSources(figure: FigureCard, h: HouseholdView): RecordName[] {
  return figure.sources.filter((record) => h.members.some((member) => isSilent(member, record)))
}

/** Sentences that name a figure's silent sources and the members they are silent about. */
export function silenceSentences(figure: FigureCard, h: HouseholdView): string[] {
  return silentSources(figure, h).map((record) => {
    const names = h.members.filter((member) => isSilent(member, record)).map((member) => member.name)
    return `${recordLabel(record)}：${names.join('、')} 没有可用的反馈`
  })
}
