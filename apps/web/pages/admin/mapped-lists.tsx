import type { MappedList } from '#verification/contract'
import { standardMarkWords } from '#verification/words'
import { Scroller } from '../../ui/scroller.tsx'
import { Tag } from '../../ui/tag.tsx'
import { markTones } from './data-standard-filter.ts'

function CodeRow({ code }: { code: MappedList['codes'][number] }) {
  return (
    <tr>
      <th scope="row" className="mono">
        {code.code}
      </th>
      <td>{code.label}</td>
      <td>{code.standardCode === null ? <Tag tone="grey">空缺</Tag> : <span className="mono">{code.standardCode}</span>}</td>
      <td>{code.standardLabel ?? '—'}</td>
      <td>{code.mark === null ? '—' : <Tag tone={markTones[code.mark]}>{standardMarkWords[code.mark].label}</Tag>}</td>
    </tr>
  )
}

function ListOf({ list, open }: { list: MappedList; open: boolean }) {
  return (
    <details className="card" open={open}>
      <summary>
        <span className="strong">{list.label}</span>{' '}
        <span className="muted small">
          <span className="mono">{list.list}</span>，依据：{list.reference ?? '未找到标准'}，值域标识符{list.standardId ?? '空缺'}
          {list.source === null ? '' : `，出处：${list.source}`}
        </span>
      </summary>
      <Scroller label={`${list.label}与标准代码的对应，可左右滚动`}>
        <table className="data cards">
          <caption className="hidden">{list.label}与标准代码的对应</caption>
          <thead>
            <tr>
              {['代码', '含义', '标准代码', '标准含义', '可靠程度'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.codes.map((code) => (
              <CodeRow key={code.code} code={code} />
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  )
}

/** The code lists with what the standards call each code. */
export function MappedLists({ lists, open }: { lists: readonly MappedList[]; open: boolean }) {
  return lists.map((list) => <ListOf key={`${list.list} ${open}`} list={list} open={open} />)
}
