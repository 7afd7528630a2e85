import { useNavigate } from '@tanstack/react-router'
import { SelectField } from '../../ui/field.tsx'
import { classMeaning, classWords, commissionWords, conclusionWords, kindWords, programmeWords } from '../../wording.ts'
import { PlaceFields, SearchBox } from './filter-fields.tsx'

type Filter = Record<string, string | undefined>

const wordsToChoices = (words: Record<string, { label: string } | string>) =>
  Object.entries(words).map(([value, word]) => ({ value, label: typeof word === 'string' ? word : word.label }))

const classChoices = (['A', 'B', 'C'] as const).map((c) => ({ value: c, label: `${classWords[c].label}（${classMeaning[c]}）` }))

function useSetFilter(filter: Filter) {
  const navigate = useNavigate()
  return (change: Filter) => void navigate({ to: '/households', search: { ...filter, ...change }, replace: true })
}

/** All filters of the household list; each change is in the address, so a list can be passed on as a link. */
export function ListFilters({ filter }: { filter: Filter }) {
  const set = useSetFilter(filter)
  const navigate = useNavigate()
  const active = Object.entries(filter).some(([key, value]) => key !== 'campaign' && value !== undefined)
  const select = (key: string, label: string, choices: { value: string; label: string }[]) => (
    <SelectField label={label} all="全部" value={filter[key] ?? ''} onPick={(value) => set({ [key]: value })} choices={choices} />
  )
  return (
    <search className="card filters" aria-label="筛选家庭">
      <SearchBox label="姓名、拼音首字母、户号或身份证号" word={filter.q} onType={(q) => set({ q })} />
      <PlaceFields place={filter} onPick={set} />
      {select('programme', '救助项目', wordsToChoices(programmeWords))}
      {select('kind', '类别', wordsToChoices(kindWords))}
      {select('state', '核对状态', wordsToChoices(commissionWords))}
      {select('conclusion', '结论', wordsToChoices(conclusionWords))}
      {select('finding', '待处置疑点', classChoices)}
      {active && (
        <button
          type="button"
          className="button"
          onClick={() => void navigate({ to: '/households', search: { campaign: filter.campaign }, replace: true })}
        >
          重置{filter.rule === undefined ? '' : `（含规则 ${filter.rule}）`}
        </button>
      )}
    </search>
  )
}
