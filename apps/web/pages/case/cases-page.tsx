import { Link, useNavigate } from '@tanstack/react-router'
import type { Input } from '../../client.ts'
import { useCan } from '../../session.ts'
import { ColumnChoice } from '../../ui/column-choice.tsx'
import { SelectField } from '../../ui/field.tsx'
import { useKept } from '../../ui/kept.ts'
import { useNarrow } from '../../ui/narrow.ts'
import { Page } from '../../ui/page.tsx'
import { useRowKeys } from '../../ui/row-keys.ts'
import { Empty } from '../../ui/states.tsx'
import { programmeWords } from '../../wording.ts'
import { PlaceFields, SearchBox } from '../household/filter-fields.tsx'
import { useCases } from '../task/task-queries.ts'
import { CaseRows, caseColumns } from './case-rows.tsx'
import { type CaseSearch, useCaseSearch } from './case-search.ts'
import { ExportButton } from './export-button.tsx'
import { SavedViews } from './saved-views.tsx'
import { resultWords, stepWords } from './words.ts'

const stateChoices = [
  { value: 'running', label: '在办' },
  { value: 'ended', label: '办结（全部）' },
  ...Object.entries(resultWords).map(([value, { label }]) => ({ value, label })),
]
const sortChoices = [
  { value: 'opened', label: '新申请在前' },
  { value: 'due', label: '先到期在前' },
  { value: 'village', label: '按村社区' },
]
const programmeChoices = Object.entries(programmeWords).map(([value, label]) => ({ value, label }))
const stepChoices = Object.entries(stepWords).map(([value, label]) => ({ value, label }))

function Filters({ search }: { search: CaseSearch }) {
  const navigate = useNavigate()
  const can = useCan()
  const set = (change: Partial<CaseSearch>) => void navigate({ to: '/cases', search: { ...search, ...change }, replace: true })
  const tick = (key: 'related' | 'overdue' | 'unserved', label: string) => (
    <label className="choice">
      <input
        type="checkbox"
        checked={search[key] === 'yes'}
        onChange={(event) => set({ [key]: event.target.checked ? 'yes' : undefined })}
      />
      <span>{label}</span>
    </label>
  )
  return (
    <search className="card filters" aria-label="筛选案件">
      <SearchBox label="姓名、拼音首字母、案号或户号" word={search.q} onType={(q) => set({ q })} />
      {can('registry.read') && <PlaceFields place={search} onPick={set} />}
      <SelectField label="步骤" all="全部" value={search.step ?? ''} onPick={(step) => set({ step })} choices={stepChoices} />
      <SelectField label="状态" all="全部" value={search.state ?? ''} onPick={(state) => set({ state })} choices={stateChoices} />
      <SelectField
        label="救助项目"
        all="全部"
        value={search.programme ?? ''}
        onPick={(programme) => set({ programme })}
        choices={programmeChoices}
      />
      <SelectField label="排序" value={search.sort ?? 'opened'} onPick={(sort) => set({ sort })} choices={sortChoices} />
      {tick('overdue', '只看超期')}
      {tick('related', '只看近亲属')}
      {tick('unserved', '只看决定待送达')}
      {Object.values(search).some((value) => value !== undefined) && (
        <button type="button" className="button" onClick={() => void navigate({ to: '/cases', search: {}, replace: true })}>
          重置{search.cleanUp === undefined ? '' : '（含清理批次）'}
        </button>
      )}
    </search>
  )
}

/** All cases of the caller's area: filters in the address, pages from the server, columns as this browser keeps them. */
export function CasesPage() {
  const search = useCaseSearch()
  const small = useNarrow()
  const [hidden, setHidden] = useKept<readonly string[]>('cases hidden', ['ended'])
  const [dense, setDense] = useKept('cases dense', false)
  const query = useCases(search as Input<'casework.list-cases'>['query'])
  useRowKeys()
  return (
    <Page
      title="全部案件"
      actions={
        <>
          <ColumnChoice columns={caseColumns.filter((column) => !('fixed' in column))} hidden={hidden} onChange={setHidden} />
          <button type="button" className="button wide-only" aria-pressed={dense} onClick={() => setDense(!dense)}>
            紧凑
          </button>
          <ExportButton kind="cases" permission="export.cases" params={search} />
        </>
      }
    >
      <SavedViews page="/cases" search={search} />
      <Filters search={search} />
      <CaseRows query={query} small={small} dense={dense} hidden={hidden}>
        <Empty title="没有符合条件的案件">
          <p>
            可以放宽条件，或<Link to="/cases">清除全部条件</Link>。
          </p>
        </Empty>
      </CaseRows>
    </Page>
  )
}
