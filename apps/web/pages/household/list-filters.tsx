import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Division } from '#registry/contract'
import { reading } from '../../client.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { classMeaning, classWords, commissionWords, conclusionWords, kindWords, programmeWords } from '../../wording.ts'

type Filter = Record<string, string | undefined>

const wordsToChoices = (words: Record<string, { label: string } | string>) =>
  Object.entries(words).map(([value, word]) => ({ value, label: typeof word === 'string' ? word : word.label }))

const classChoices = (['A', 'B', 'C'] as const).map((c) => ({ value: c, label: `${classWords[c].label}（${classMeaning[c]}）` }))

function useSetFilter(filter: Filter) {
  const navigate = useNavigate()
  return (change: Filter) => void navigate({ to: '/households', search: { ...filter, ...change }, replace: true })
}

/** The search box: the list follows while typing, a moment after the last key. */
function SearchBox({ filter }: { filter: Filter }) {
  const set = useSetFilter(filter)
  const [text, setText] = useState(filter.q ?? '')
  const [seen, setSeen] = useState(filter.q ?? '')
  if (seen !== (filter.q ?? '')) {
    setSeen(filter.q ?? '')
    if (text.trim() !== (filter.q ?? '')) setText(filter.q ?? '')
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  function type(next: string) {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => set({ q: next.trim() }), 250)
  }
  return (
    <TextField
      label="姓名、拼音首字母、户号或身份证号"
      wide
      type="search"
      value={text}
      onChange={(event) => type(event.target.value)}
      autoComplete="off"
    />
  )
}

/** A division with the names people may still know it by. */
export function divisionLabel(division: Pick<Division, 'name' | 'formerly'>): string {
  const names = [...new Set(division.formerly.map((former) => former.name))].filter((name) => name !== division.name)
  return names.length === 0 ? division.name : `${division.name}（原${names.join('、')}）`
}

function Places({ filter }: { filter: Filter }) {
  const set = useSetFilter(filter)
  const townships = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } })).data?.rows ?? []
  const villages = useQuery({
    ...reading('registry.list-divisions', { query: { parent: filter.township, limit: 1000 } }),
    enabled: filter.township !== undefined,
  })
  return (
    <>
      <SelectField
        label="乡镇街道"
        all="全部"
        value={filter.township ?? ''}
        onPick={(township) => set({ township, village: undefined })}
        choices={townships.map((d) => ({ value: d.code, label: divisionLabel(d) }))}
      />
      <SelectField
        label="村社区"
        all={filter.township === undefined ? '先选乡镇' : '全部'}
        value={filter.village ?? ''}
        onPick={(village) => set({ village })}
        choices={(villages.data?.rows ?? []).map((d) => ({ value: d.code, label: divisionLabel(d) }))}
      />
    </>
  )
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
      <SearchBox filter={filter} />
      <Places filter={filter} />
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
