/** The five kinds of income, the figures of a report, and the lines that explain them. */
import type { RecordName, SourceRow } from '#sources/contract'

/** The five kinds of income. */
export type IncomeKind = 'wage' | 'business' | 'property' | 'transfer' | 'other'

/** Figures of property and expenditure. */
export type PropertyFigure =
  | 'deposit'
  | 'security'
  | 'insurance'
  | 'vehicle'
  | 'business_capital'
  | 'dwelling_area'
  | 'medical'
  | 'education'

/** Every figure that is declared or verified. */
export type FigureKey = IncomeKind | PropertyFigure

const KIND_OF_ITEM: ReadonlyMap<string, IncomeKind> = new Map<string, IncomeKind>([
  ['wage', 'wage'],
  ['business', 'business'],
  ['farm', 'business'],
  ['interest', 'property'],
  ['rent', 'property'],
  ['land_transfer', 'property'],
  ['collective_dividend', 'property'],
  ['other', 'other'],
])

/** The kind an income item belongs to; all that is not named elsewhere is transfer income. */
export function kindOfItem(item: string): IncomeKind {
  return KIND_OF_ITEM.get(item) ?? 'transfer'
}

/** A row that adds to a figure, or stands beside it and does not count. */
export interface TotalLine {
  figure: FigureKey
  side: 'declared' | 'found'
  /** person_no or supporter_no, or null for the household */
  subject: string | null
  text: string
  source?: RecordName
  row?: SourceRow
  /** fen, or hundredths of m² */
  amount: number
  counted: boolean
  /** why it does not count, or how it was cut; null when it simply counts */
  why: string | null
}

/** The choice between declared and found for one member and income item; `support` is chosen for the household. */
export interface ItemChoice {
  figure: IncomeKind
  subject: string | null
  item: string
  declared: number
  found: number
  verified: number
  excluded: boolean
}

/** Takes the lines behind the figures. Without one nothing is collected. */
export interface TotalsCollector {
  line(line: TotalLine): void
  choice(choice: ItemChoice): void
}
