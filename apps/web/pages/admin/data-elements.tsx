import { Link } from '@tanstack/react-router'
import type { DataElement } from '#verification/contract'
import { protectionWords, sensitivityWords, standardMarkWords } from '#verification/words'
import { Scroller } from '../../ui/scroller.tsx'
import { Tag } from '../../ui/tag.tsx'
import { markTones, sensitivityTones } from './data-standard-filter.ts'

function TypeOf({ element }: { element: DataElement }) {
  const { type, maxLength, unit, codeList, codeListLabel } = element
  const more = [maxLength === null ? '' : `最长 ${maxLength}`, unit === null ? '' : `单位 ${unit}`].filter((part) => part !== '')
  return (
    <>
      {type}
      {more.length > 0 && <div className="muted small">{more.join('，')}</div>}
      {codeList !== null && (
        <div className="small">
          <Link to="/data-standard" search={{ part: 'codes', q: codeList }}>
            {codeListLabel}
          </Link>
        </div>
      )}
    </>
  )
}

function ElementRow({ element }: { element: DataElement }) {
  const { standardId, standardName, sensitivity, mark } = element
  return (
    <tr>
      <th scope="row">
        {element.label}
        <div className="muted mono small">{element.column}</div>
      </th>
      <td className="issues">{element.definition}</td>
      <td>
        <TypeOf element={element} />
      </td>
      <td>
        {standardId === null ? <Tag tone="grey">标识符空缺</Tag> : <span className="mono">{standardId}</span>}
        {standardName !== null && <div className="small">{standardName}</div>}
      </td>
      <td>{element.reference ?? <span className="muted">未找到标准</span>}</td>
      <td>
        <Tag tone={sensitivityTones[sensitivity]}>{sensitivityWords[sensitivity].label}</Tag>
        <div className="muted small">{protectionWords[element.protection]}</div>
      </td>
      <td>
        <Tag tone={markTones[mark]}>{standardMarkWords[mark].label}</Tag>
        {element.source !== null && <div className="muted small">{element.source}</div>}
      </td>
    </tr>
  )
}

function TableOf({ elements, open }: { elements: readonly DataElement[]; open: boolean }) {
  const [first] = elements
  if (first === undefined) return null
  const blank = elements.filter(({ standardId }) => standardId === null).length
  return (
    <details className="card" open={open}>
      <summary>
        <span className="strong">{first.tableLabel}</span>{' '}
        <span className="muted small">
          <span className="mono">{first.table}</span>，{elements.length} 个数据元，标准标识符空缺 {blank}
        </span>
      </summary>
      <Scroller label={`${first.tableLabel}的数据元，可左右滚动`}>
        <table className="data cards">
          <caption className="hidden">{first.tableLabel}的数据元</caption>
          <thead>
            <tr>
              {['数据元', '说明', '类型', '标准标识符', '依据的标准', '敏感与保护', '可靠程度与出处'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {elements.map((element) => (
              <ElementRow key={element.column} element={element} />
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  )
}

/** The elements, table by table. */
export function DataElements({ elements, open }: { elements: readonly DataElement[]; open: boolean }) {
  const tables = Map.groupBy(elements, ({ table }) => table)
  return [...tables].map(([table, rows]) => <TableOf key={`${table} ${open}`} elements={rows} open={open} />)
}
