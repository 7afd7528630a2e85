import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import type { Mapping } from '#registry/contract'
import { call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { sendTable } from '../../transfer.ts'
import { Evidence } from '../../ui/evidence.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { MappingEditor } from './mapping-editor.tsx'
import { packageTables } from './package-files.ts'

function Saved({ rows, onOpen }: { rows: readonly Mapping[]; onOpen: (mapping: Mapping) => void }) {
  if (rows.length === 0)
    return <Empty title="还没有保存过对照">在下面选一个名册文件，对好列和代码后保存；以后同一来源直接选用。</Empty>
  return (
    <Scroller label="已保存的对照，可左右滚动">
      <table className="data">
        <thead>
          <tr>
            {['来源系统', '对应', '已对列数', '保存', ''].map((x) => (
              <th key={x} scope="col">
                {x === '' ? <span className="hidden">操作</span> : x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((m) => (
            <tr key={m.mappingId}>
              <th scope="row">{m.source}</th>
              <td>{packageTables.find((t) => t.value === m.table)?.label ?? m.table}</td>
              <td>{Object.keys(m.columns).length}</td>
              <td>
                {m.savedBy} <span className="muted small">{instant(m.savedAt)}</span>
              </td>
              <td>
                <button type="button" className="button" onClick={() => onOpen(m)}>
                  沿用<span className="hidden">{m.source}的对照</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Choose({ start }: { start: Mapping | null }) {
  const [files, setFiles] = useState<StoredFile[]>([])
  const [table, setTable] = useState(start?.table ?? 'persons')
  const [sheet, setSheet] = useState(start?.sheet ?? '')
  const file = files[files.length - 1]
  const inspect = useMutation({
    mutationFn: (body: { sha256: string; name: string; table: string; sheet?: string }) =>
      call('registry.inspect-list', { body }),
  })

  function look(picked: StoredFile | undefined, nextTable: string, nextSheet: string) {
    if (picked !== undefined) {
      inspect.mutate({
        sha256: picked.sha256,
        name: picked.name,
        table: nextTable,
        ...(nextSheet === '' ? {} : { sheet: nextSheet }),
      })
    }
  }

  return (
    <>
      <section className="card stack-small" aria-labelledby="list-title">
        <h2 id="list-title">{start === null ? '新的名册' : `${start.source} 的名册`}</h2>
        <Evidence
          label="名册文件"
          hint="一个 Excel 工作簿或 CSV 文件。"
          files={files}
          send={sendTable}
          onChange={(next) => {
            setFiles(next.slice(-1))
            setSheet('')
            look(next[next.length - 1], table, '')
          }}
        />
        <div className="filters">
          <SelectField
            label="这份名册是"
            value={table}
            onPick={(next) => {
              setTable(next)
              look(file, next, sheet)
            }}
            choices={packageTables}
          />
          {(inspect.data?.sheets.length ?? 0) > 1 && (
            <SelectField
              label="工作表"
              value={sheet}
              onPick={(next) => {
                setSheet(next)
                look(file, table, next)
              }}
              choices={inspect.data?.sheets.map((s) => ({ value: s, label: s })) ?? []}
            />
          )}
        </div>
        <p role="status">{inspect.isPending ? '正在读取名册…' : ''}</p>
        {inspect.isError && <ErrorPanel error={inspect.error} />}
      </section>
      {inspect.data !== undefined && file !== undefined && (
        <MappingEditor
          key={`${file.sha256}${table}${sheet}`}
          file={file}
          table={table}
          sheet={sheet === '' ? null : sheet}
          inspected={inspect.data}
          start={start}
        />
      )}
    </>
  )
}

/** Lists of other systems: their columns and codes against ours, previewed, saved per source. */
export function MappingsPage() {
  const query = useQuery(reading('registry.list-mappings', {}))
  const [start, setStart] = useState<Mapping | null>(null)
  return (
    <Page
      title="列与代码对照"
      crumbs={
        <li>
          <Link to="/imports">导入</Link>
        </li>
      }
    >
      <section className="card stack-small" aria-labelledby="saved-title">
        <h2 id="saved-title">已保存的对照</h2>
        <Show query={query}>{(data) => <Saved rows={data.rows} onOpen={setStart} />}</Show>
      </section>
      <Choose key={start?.mappingId ?? ''} start={start} />
    </Page>
  )
}
