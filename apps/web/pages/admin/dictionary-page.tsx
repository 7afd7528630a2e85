import { useNavigate, useSearch } from '@tanstack/react-router'
import { CODE_LIST_LABELS } from '#kernel/code-list-labels'
import { CORE_CODE_LISTS } from '#kernel/code-lists-core'
import { CODE_LISTS, type CodeListName } from '#kernel/terms'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/states.tsx'

interface CodeList {
  readonly name: CodeListName
  readonly label: string
  readonly source: string
  readonly codes: readonly (readonly [code: string, label: string])[]
}

const lists: readonly CodeList[] = (Object.keys(CODE_LISTS) as CodeListName[]).map((name) => ({
  name,
  label: CODE_LIST_LABELS[name],
  source: Object.hasOwn(CORE_CODE_LISTS, name) ? '本区登记和数据包' : '成员单位的记录',
  codes: Object.entries(CODE_LISTS[name] as Readonly<Record<string, string>>),
}))

/** Lists that speak of a word: whole when the list itself does, otherwise with the codes that do. */
function matching(word: string): CodeList[] {
  const has = (text: string) => text.toLowerCase().includes(word.toLowerCase())
  return lists.flatMap((list) => {
    if (word === '' || has(list.label) || has(list.name)) return [list]
    const codes = list.codes.filter(([code, label]) => has(code) || has(label))
    return codes.length === 0 ? [] : [{ ...list, codes }]
  })
}

function List({ list, open }: { list: CodeList; open: boolean }) {
  return (
    <details className="card" open={open}>
      <summary>
        <span className="strong">{list.label}</span>{' '}
        <span className="muted small">
          <span className="mono">{list.name}</span>，{list.codes.length} 项，来源：{list.source}
        </span>
      </summary>
      <table className="data">
        <caption className="hidden">{list.label}</caption>
        <thead>
          <tr>
            <th scope="col">代码</th>
            <th scope="col">含义</th>
          </tr>
        </thead>
        <tbody>
          {list.codes.map(([code, label]) => (
            <tr key={code}>
              <th scope="row" className="mono">
                {code}
              </th>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** Every code list with its values, found by code or word. */
export function DictionaryPage() {
  const { q } = useSearch({ from: '/office/dictionary' })
  const navigate = useNavigate()
  const word = (q ?? '').trim()
  const found = matching(word)
  return (
    <Page title="数据字典">
      <section className="card stack-small" aria-label="查找">
        <p className="muted small">
          代码随数据包格式和成员单位的记录规定，各处用的是同一份，不在页面上增改：列外的值在导入时退回并说明。金额、标准、期限等会变的内容在“政策”里按日期管理。
        </p>
        <TextField
          label="按代码或中文查找"
          type="search"
          value={q ?? ''}
          autoComplete="off"
          onChange={(event) =>
            void navigate({
              to: '/dictionary',
              search: event.target.value === '' ? {} : { q: event.target.value },
              replace: true,
            })
          }
        />
        <p role="status" className="small">
          {found.length} 个代码表，{found.reduce((sum, list) => sum + list.codes.length, 0)} 项
        </p>
      </section>
      {found.length === 0 ? (
        <Empty title={`没有含“${word}”的代码`}>换一个词，或清空后逐表查看。</Empty>
      ) : (
        found.map((list) => <List key={`${list.name} ${word}`} list={list} open={word !== ''} />)
      )}
    </Page>
  )
}
