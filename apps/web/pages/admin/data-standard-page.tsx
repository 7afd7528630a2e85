import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { DataStandard } from '#verification/contract'
import { sensitivityWords, standardMarkWords } from '#verification/words'
import { addressOf, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { DataElements } from './data-elements.tsx'
import { chosenElements, chosenLists, isNarrowed, markTones, type StandardSearch } from './data-standard-filter.ts'
import { MappedLists } from './mapped-lists.tsx'

type Tally = DataStandard['counts']['codes']

function Figure({ label, tally }: { label: string; tally: Tally }) {
  return (
    <div className="card">
      <dt>{label}</dt>
      <dd>
        <span className="strong">空缺 {count(tally.blank)}</span>
        <div className="muted small">
          已取得 {count(tally.known)}，共 {count(tally.total)}
        </div>
      </dd>
    </div>
  )
}

function Overview({ standard }: { standard: DataStandard }) {
  const { counts, standards, compiledOn, sources } = standard
  return (
    <section className="card stack-small" aria-labelledby="standards-title">
      <h2 id="standards-title">对照的标准</h2>
      <dl className="headline">
        <Figure label="标准数据元标识符" tally={counts.elementIds} />
        <Figure label="依据的代码或格式标准" tally={counts.references} />
        <Figure label="标准值域标识符" tally={counts.listIds} />
        <Figure label="与标准代码的对应" tally={counts.codes} />
      </dl>
      <p className="small">
        {chineseDate(compiledOn)}{' '}
        整理。没有取得标准正文，标识符一律空缺，不推测；取得正文后按表补齐。敏感程度按本系统加密和打码的实际做法标注，不是标准的敏感信息标识。
      </p>
      <details>
        <summary>标准、可靠程度和出处</summary>
        <ul className="stack-small small">
          {standards.map(({ number, title, inForceOn, replaces, known }) => (
            <li key={number}>
              <span className="strong">{number}</span> {title}，代替 {replaces}，施行日期：{chineseDate(inForceOn ?? '未取得')}。
              {known}
            </li>
          ))}
        </ul>
        <ul className="legend" aria-label="可靠程度">
          {(['sourced', 'known', 'uncertain', 'proposal'] as const).map((mark) => (
            <li key={mark}>
              <Tag tone={markTones[mark]}>{standardMarkWords[mark].label}</Tag> {standardMarkWords[mark].meaning}
            </li>
          ))}
        </ul>
        <ul className="small" aria-label="出处">
          {sources.map(({ title, address }) => (
            <li key={title}>
              {title} <span className="mono">{address}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

const choicesOf = (words: Readonly<Record<string, { readonly label: string }>>) =>
  Object.entries(words).map(([value, { label }]) => ({ value, label }))

const idChoices = [
  { value: 'blank', label: '空缺' },
  { value: 'known', label: '已取得' },
]

function Filters({ standard, search }: { standard: DataStandard; search: StandardSearch }) {
  const navigate = useNavigate()
  const set = (more: StandardSearch) => void navigate({ to: '/data-standard', search: { ...search, ...more }, replace: true })
  const pick = (name: keyof StandardSearch) => ({
    value: search[name] ?? '',
    onPick: (value: string) => set({ [name]: value === '' ? undefined : value }),
    all: '全部',
  })
  const ofCodes = search.part === 'codes'
  const classes = standard.classes.map(({ code, label }) => ({ value: code, label: `${code} ${label}` }))
  return (
    <div className="card filters">
      <TextField
        label="按名称查找"
        type="search"
        value={search.q ?? ''}
        autoComplete="off"
        onChange={(event) => set({ q: event.target.value === '' ? undefined : event.target.value })}
      />
      {!ofCodes && <SelectField label="类别" {...pick('class')} choices={classes} />}
      <SelectField label={ofCodes ? '标准代码' : '标准标识符'} {...pick('id')} choices={idChoices} />
      <SelectField label="可靠程度" {...pick('mark')} choices={choicesOf(standardMarkWords)} />
      {!ofCodes && <SelectField label="敏感程度" {...pick('sensitivity')} choices={choicesOf(sensitivityWords)} />}
    </div>
  )
}

function Parts({ search }: { search: StandardSearch }) {
  const ofCodes = search.part === 'codes'
  return (
    <nav className="tabs no-print" aria-label="数据标准">
      <ul>
        <li>
          <ChoiceLink to="/data-standard" search={{}} current={!ofCodes}>
            数据元
          </ChoiceLink>
        </li>
        <li>
          <ChoiceLink to="/data-standard" search={{ part: 'codes' }} current={ofCodes}>
            代码
          </ChoiceLink>
        </li>
      </ul>
    </nav>
  )
}

function Found({ standard, search }: { standard: DataStandard; search: StandardSearch }) {
  const open = isNarrowed(search)
  const ofCodes = search.part === 'codes'
  const elements = ofCodes ? [] : chosenElements(standard.elements, search)
  const lists = ofCodes ? chosenLists(standard.lists, search) : []
  const codes = lists.reduce((sum, list) => sum + list.codes.length, 0)
  return (
    <>
      <p role="status" className="small">
        {ofCodes ? `${count(lists.length)} 个代码表，${count(codes)} 个代码` : `${count(elements.length)} 个数据元`}
      </p>
      {elements.length + lists.length === 0 && <Empty title="没有符合条件的内容">请清空查找的字，或改选条件。</Empty>}
      <DataElements elements={elements} open={open} />
      <MappedLists lists={lists} open={open} />
    </>
  )
}

/** Our data elements and codes beside the ministry's standards: what is known, how far, and what is still blank. */
export function DataStandardPage() {
  const search = useSearch({ from: '/office/data-standard' })
  const query = useQuery(reading('verification.read-data-standard', {}))
  const download = (
    <a className="button" href={addressOf('verification.download-data-standard', {})} download>
      导出 Excel
    </a>
  )
  return (
    <Page title="数据标准" actions={download}>
      <Parts search={search} />
      <Show query={query}>
        {(standard) => (
          <>
            <Overview standard={standard} />
            <Filters standard={standard} search={search} />
            <Found standard={standard} search={search} />
          </>
        )}
      </Show>
    </Page>
  )
}
