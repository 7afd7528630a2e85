import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { TemplateLine } from '#documents/contract'
import { addressOf, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ReleaseDialog } from './release-dialog.tsx'
import { versionWords } from './template-words.ts'

function Templates({ rows }: { rows: readonly TemplateLine[] }) {
  const can = useCan()
  const [releasing, setReleasing] = useState<{ name: string; label: string; version: number } | null>(null)
  if (rows.length === 0) return <Empty title="没有文书模板">程序自带的模板应列在这里：升级后重新启动服务即会补齐。</Empty>
  return (
    <>
      <Scroller label="文书模板，可左右滚动">
        <table className="data accounts">
          <caption className="hidden">文书模板</caption>
          <thead>
            <tr>
              {['文书', '在用', '自何时', '待复核', '操作'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">
                  <Link to="/templates/$name" params={{ name: row.name }}>
                    {row.label}
                  </Link>
                </th>
                <td>{versionWords(row.inForce.version)}</td>
                <td className="nowrap">{row.inForce.since === null ? '—' : instant(row.inForce.since)}</td>
                <td>{row.waiting === null ? '—' : <Tag tone="amber">{versionWords(row.waiting)}</Tag>}</td>
                <td>
                  <div className="row">
                    <a
                      className="button plain"
                      target="_blank"
                      rel="noreferrer"
                      href={addressOf('documents.print-template', { params: { name: row.name, version: row.inForce.version } })}
                    >
                      样张<span className="hidden">{row.label}</span>
                    </a>
                    {row.waiting !== null && can('template.release') && (
                      <button
                        type="button"
                        className="button"
                        onClick={() => setReleasing({ name: row.name, label: row.label, version: row.waiting ?? 0 })}
                      >
                        发布<span className="hidden">{row.label}</span>
                      </button>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {releasing !== null && <ReleaseDialog {...releasing} onClose={() => setReleasing(null)} />}
    </>
  )
}

/** The templates of the district's papers and which version prints. */
export function TemplatesPage() {
  const query = useQuery(reading('documents.list-templates', {}))
  return (
    <Page title="文书模板">
      <section className="card stack-small" aria-labelledby="templates-title">
        <h2 id="templates-title">各文书在用的版本</h2>
        <p className="muted small">
          区里可以改版式和文字：一人编写并试打，另一人看过样张后发布。每份文书记下印制时的版本，旧文书不随新版改变。
        </p>
        <Show query={query}>{({ rows }) => <Templates rows={rows} />}</Show>
      </section>
    </Page>
  )
}
