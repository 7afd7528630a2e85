/** Plans the sheets of a workbook: header, columns, place and month of each. */
import { answeredColumns, proposedColumns, shapeOf, sheetUse } from './columns.ts'
import type { Grid } from './grid.ts'
import { layoutOf } from './layout.ts'
import { monthInText } from './months.ts'
import type { Places } from './places.ts'
import type { SheetPlan } from './row-facts.ts'
import { wordOf } from './text.ts'
import type { Words } from './words.ts'

export type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What was answered about workbooks of a shape before. */
export interface SavedShape {
  readonly columns: Readonly<Record<string, string>>
}

export interface PlanContext {
  readonly fileName: string
  readonly words: Words
  readonly places: Places
  readonly answers: Answers
  /** By the digest of the shape. */
  readonly saved: ReadonlyMap<string, SavedShape>
  /** A short text that stands for a long one. */
  readonly digest: (text: string) => string
}

const VILLAGE_IN_TITLE = /(?:[乡镇街道办事处]|^)([\p{Script=Han}]{1,7}?(?:村|社区))/u

function headerSaid(answers: Answers, sheet: string): { from: number; to: number } | null {
  const said = answers[`header:${sheet}`]
  const [from, to] = [Number(said?.from ?? 0), Number(said?.to ?? said?.from ?? 0)]
  return Number.isInteger(from) && Number.isInteger(to) && from > 0 && to >= from ? { from, to } : null
}

/** The village a sheet is about, as its name or its title says; written as it stands there where it is not known. */
function villageOf(grid: Grid, titles: readonly string[], { places }: PlanContext): string {
  const name = wordOf(grid.name).replace(/^[\d.、-]+|[\d]+$/g, '')
  if (places.isVillage(name)) return name
  const title = titles.join(' ')
  const inTitle = places.villageIn(title)
  if (inTitle !== '') return inTitle
  if (/(?:村|社区|居委会)$/.test(name)) return name
  return VILLAGE_IN_TITLE.exec(wordOf(titles[0] ?? ''))?.[1] ?? ''
}

/** Plans a sheet. */
function planSheet(grid: Grid, index: number, ctx: PlanContext): SheetPlan {
  const { words, places, answers, saved, digest, fileName } = ctx
  const layout = layoutOf(grid, words, headerSaid(answers, grid.name))
  const shape = shapeOf(layout.paths)
  const proposed = proposedColumns(words, layout.paths, layout.keys, grid.hiddenColumns)
  const leaves = answers.hidden?.columns === 'no'
  const ofSheet = answers[`columns:${grid.name}`] ?? {}
  const said = { ...saved.get(digest(shape))?.columns, ...answers[`columns:${digest(shape)}`], ...ofSheet }
  const columns = answeredColumns(proposed, said, ofSheet).map((column) =>
    leaves && column.hidden ? { ...column, field: '' } : column,
  )
  const isLeft = grid.hidden && answers.hidden?.[`sheet:${grid.name}`] === 'no'
  const township = places.townshipIn([...layout.titles, grid.name].join(' ')) || places.townshipIn(fileName)
  const hasVillage = columns.some(({ field }) => field === 'place.village' || field === 'households.division_code')
  return {
    index,
    grid,
    layout,
    columns,
    use: isLeft ? 'none' : sheetUse(columns),
    shape,
    township,
    village: hasVillage ? '' : villageOf(grid, layout.titles, ctx),
    month: monthInText(grid.name) ?? monthInText(layout.titles.join(' ')) ?? monthInText(fileName),
  }
}

/** Shapes of the sheets that are read, each once. */
export function shapesOf(plans: readonly SheetPlan[]): string[] {
  return [...new Set(plans.filter(({ use }) => use !== 'none').map(({ shape }) => shape))]
}

const GENERIC_NAME = /^(?:sheet|工作表|表)?\d*$|月|家庭|成员|台账|花名册|名单|发放|汇总|低保|明细/i

/** Plans all sheets; where several sheets of households name no village, each is about the village of its name. */
export function planSheets(grids: readonly Grid[], ctx: PlanContext): SheetPlan[] {
  const plans = grids.map((grid, index) => planSheet(grid, index, ctx))
  const told = plans.filter(({ use }) => use === 'ledger' || use === 'households')
  return plans.map((plan) => {
    const hasColumn = plan.columns.some(({ field }) => field === 'place.village' || field === 'households.division_code')
    const isBare = told.length > 1 && told.includes(plan) && plan.village === '' && !hasColumn
    return isBare && !GENERIC_NAME.test(wordOf(plan.grid.name)) ? { ...plan, village: plan.grid.name } : plan
  })
}
