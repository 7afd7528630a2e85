import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { HandedTable, TableKind } from '#exports/contract'
import { addressOf, call, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { sendTo } from '../../transfer.ts'
import { SelectField } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'

function Columns({ kind }: { kind: TableKind }) {
  return (
    <details>
      <summary>各列怎样填写</summary>
      <Scroller label="各列怎样填写，可左右滚动">
        <table className="data accounts">
          <caption className="hidden">各列怎样填写</caption>
          <thead>
            <tr>
              {['列', '要求', '说明', '示例'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kind.columns.map((column) => (
              <tr key={column.header}>
                <th scope="row">{column.header}</th>
                <td>{column.required ? '必填' : '可不填'}</td>
                <td>{column.hint}</td>
                <td>{column.example === '' ? '—' : column.example}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  )
}

function Faults({ table }: { table: HandedTable }) {
  return (
    <Scroller label="有误的行，可左右滚动">
      <table className="data">
        <caption className="hidden">有误的行</caption>
        <thead>
          <tr>
            <th scope="col" className="num">
              行
            </th>
            <th scope="col">错误原因</th>
          </tr>
        </thead>
        <tbody>
          {table.faults.map((fault) => (
            <tr key={fault.row}>
              <th scope="row" className="num">
                {fault.row}
              </th>
              <td>{fault.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** What would come of the workbook, and what is done with it. */
function Verdict({ table, onTaken }: { table: HandedTable; onTaken: (table: HandedTable) => void }) {
  const take = useMutation({
    mutationFn: (whole: boolean) =>
      call('exports.take-table', { params: { tableId: table.tableId }, body: { whole } }, { key: `take-${table.tableId}` }),
    onSuccess: onTaken,
  })
  const isTaken = table.taken > 0
  return (
    <section className="card stack-small" aria-labelledby="verdict-title">
      <h2 id="verdict-title">{isTaken ? '已导入' : '核查结果'}</h2>
      <p role="status">
        {table.fileName}：共 {count(table.rows)} 行，{isTaken ? `导入 ${count(table.taken)}` : `合格 ${count(table.good)}`}
        {table.known > 0 && `，以前已导入 ${count(table.known)}（不重复导入）`}，有误 {count(table.bad)}。
      </p>
      {take.isError && <ErrorPanel error={take.error} />}
      <div className="row">
        {!isTaken && table.good > 0 && (
          <button
            type="button"
            className={table.bad === 0 ? 'button primary' : 'button'}
            disabled={take.isPending}
            onClick={() => take.mutate(table.bad === 0)}
          >
            {table.bad === 0 ? `导入 ${count(table.good)} 行` : `先导入合格的 ${count(table.good)} 行`}
          </button>
        )}
        {table.bad > 0 && (
          <a className="button primary" href={addressOf('exports.return-table', { params: { tableId: table.tableId } })}>
            下载带错误原因的原表
          </a>
        )}
      </div>
      {table.bad > 0 && (
        <>
          <p className="muted small">在下载的原表上改正后整表重新上传即可：已导入的行不会重复导入。</p>
          {table.faults.length < table.bad && (
            <p className="muted small">下面只列出前 {table.faults.length} 行，其余见下载的原表。</p>
          )}
          <Faults table={table} />
        </>
      )}
    </section>
  )
}

function HandIn({ kind }: { kind: TableKind }) {
  const [share, setShare] = useState(0)
  const [table, setTable] = useState<HandedTable | null>(null)
  const check = useMutation({
    mutationFn: (file: File) =>
      sendTo('exports.check-table', { params: { kind: kind.kind }, query: { name: file.name } }, file, setShare),
    onMutate: () => setTable(null),
    onSuccess: setTable,
  })
  return (
    <>
      <section className="card stack-small" aria-labelledby="hand-in-title">
        <h2 id="hand-in-title">{kind.label}</h2>
        <p className="muted small">先核查，后导入：上传后逐行核查，确认前什么都不写入。只收 .xlsx 工作簿，一次最多 5000 行。</p>
        <div className="row">
          <a className="button" href={addressOf('exports.download-template', { params: { kind: kind.kind } })}>
            下载模板
          </a>
          <FileButton
            accept=".xlsx"
            disabled={check.isPending}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0]
              event.currentTarget.value = ''
              if (file !== undefined) check.mutate(file)
            }}
          >
            {check.isPending ? `正在上传并核查 ${Math.round(share * 100)}%` : '选择填好的工作簿'}
          </FileButton>
        </div>
        {check.isError && <ErrorPanel error={check.error} />}
        <Columns kind={kind} />
      </section>
      {table !== null && <Verdict table={table} onTaken={setTable} />}
    </>
  )
}

/** Tables people fill in with a spreadsheet and hand in. */
export function TablesPage() {
  const search = useSearch({ from: '/office/tables' })
  const navigate = useNavigate()
  const query = useQuery(reading('exports.list-table-kinds', {}))
  return (
    <Page title="表格导入">
      <Show query={query}>
        {({ rows }) => {
          const kind = rows.find((row) => row.kind === search.kind) ?? rows[0]
          if (kind === undefined) return <Empty title="没有可以导入的表格">您的岗位不办理表格导入。</Empty>
          return (
            <>
              {rows.length > 1 && (
                <div className="card filters">
                  <SelectField
                    label="表格"
                    value={kind.kind}
                    onPick={(value) => void navigate({ to: '/tables', search: { kind: value } })}
                    choices={rows.map((row) => ({ value: row.kind, label: row.label }))}
                  />
                </div>
              )}
              <HandIn key={kind.kind} kind={kind} />
            </>
          )
        }}
      </Show>
    </Page>
  )
}
