/** Words of the pages of the import: states, steps, rows and columns of a sheet. */
import type { Difference, ImportDetail, ImportRun, QuarantineRow, ReadSheet, RowUse } from '#registry/contract'
import type { Word } from '../../wording.ts'

/** What the address of an import may hold. */
export type RunSearch = { [K in 'file' | 'code' | 'severity' | 'state' | 'table' | 'kind' | 'flag']?: string | undefined }

type State = ImportRun['state']

export const importWords: Record<State, Word> = {
  uploaded: { label: '已上传', tone: 'blue' },
  checking: { label: '检查中', tone: 'blue' },
  asking: { label: '待确认读法', tone: 'amber' },
  checked: { label: '已检查，待提交', tone: 'amber' },
  confirming: { label: '待另一人确认', tone: 'amber' },
  applying: { label: '写入中', tone: 'blue' },
  done: { label: '完成', tone: 'green' },
  failed: { label: '未导入', tone: 'red' },
  dropped: { label: '已放弃', tone: 'grey' },
  withdrawn: { label: '已撤回', tone: 'grey' },
}

/** Goes on by itself: the page asks again. */
export const isMoving = (state: State): boolean => state === 'uploaded' || state === 'checking' || state === 'applying'

/** Being taken back: two persons have said so, and it is under way. */
export const isLeaving = ({ state, withdrawal }: ImportDetail): boolean =>
  state === 'done' && withdrawal !== null && !withdrawal.waiting

/** Who acts next, in lists. */
export const nextWords: Partial<Record<State, string>> = {
  asking: '由经办人确认读法',
  checked: '由经办人核对差异后提交',
  confirming: '等另一人确认',
}

const isOpen = ({ state }: ImportRun): boolean => isMoving(state) || nextWords[state] !== undefined

/** The runs of a choice: what waits for the caller is what he began and did not finish, or what waits for a second person. */
export function chosenRuns(rows: readonly ImportRun[], show: string | undefined, awaited: ReadonlySet<string>): ImportRun[] {
  return rows.filter((run) => {
    if (show === 'open') return isOpen(run)
    if (show === 'ended') return !isOpen(run)
    const own = run.mine && (run.state === 'asking' || run.state === 'checked')
    return show !== 'mine' || own || awaited.has(run.importId)
  })
}

/** The steps an import goes through; a workbook has one more, and one with money or removals a second person. */
const stepWords = { check: '检查', ask: '确认读法', compare: '核对差异', second: '另一人确认', write: '写入名册' } as const
export type StepName = keyof typeof stepWords

const stepOfState: Partial<Record<State, StepName>> = {
  uploaded: 'check',
  checking: 'check',
  asking: 'ask',
  checked: 'compare',
  confirming: 'second',
  applying: 'write',
}

export interface Step {
  readonly name: StepName
  readonly label: string
  readonly state: 'done' | 'open' | 'waiting'
}

/** The steps of an import as far as it got; none for one that ended without being written. */
export function stepsOf(run: { state: State; kind: ImportRun['kind']; needsSecond: boolean }): Step[] {
  if (run.state === 'failed' || run.state === 'dropped') return []
  const names: StepName[] = [
    'check',
    ...(run.kind === 'ledger' ? (['ask'] as const) : []),
    'compare',
    ...(run.needsSecond ? (['second'] as const) : []),
    'write',
  ]
  const at = stepOfState[run.state]
  const current = at === undefined ? names.length : names.indexOf(at)
  return names.map((name, i) => ({
    name,
    label: stepWords[name],
    state: i < current ? 'done' : i === current ? 'open' : 'waiting',
  }))
}

export const useWords: Record<RowUse, string> = {
  title: '标题',
  header: '表头',
  data: '数据',
  blank: '空行',
  total: '合计',
  note: '说明',
  hidden: '隐藏',
  'repeated-header': '重复表头',
}

export const sheetWords: Record<ReadSheet['use'], string> = {
  divisions: '行政区划',
  ledger: '台账',
  households: '家庭',
  persons: '家庭成员',
  payments: '发放',
  none: '不读取',
}

/** Column letters as the spreadsheet has them: 0 → A, 26 → AA. */
export function letterOf(at: number): string {
  const rest = String.fromCharCode(65 + (at % 26))
  return at < 26 ? rest : letterOf(Math.floor(at / 26) - 1) + rest
}

export const kindWords: Record<Difference['kind'], Word> = {
  new: { label: '新增', tone: 'green' },
  changed: { label: '变动', tone: 'blue' },
  removed: { label: '移出', tone: 'red' },
}

export const flagWords: Record<Difference['flags'][number], Word> = {
  money: { label: '涉及金额或账户', tone: 'amber' },
  older: { label: '改回较早的值', tone: 'red' },
}

export const rowStateWords: Record<QuarantineRow['state'], string> = {
  checked: '提交后可更正',
  open: '待更正',
  corrected: '已更正',
  dismissed: '已作废',
  known: '以前已退回',
  withdrawn: '导入已撤回',
}

/** Where a returned row stands: in the bureau's own sheet where there is one. */
export const placeOf = ({ place, row }: Pick<QuarantineRow, 'place' | 'row'>): string =>
  place === null ? `第 ${row} 行` : `工作表“${place.sheet}”第 ${place.row} 行`
