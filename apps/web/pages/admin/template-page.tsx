import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { TemplateVersion } from '#documents/contract'
import { todos } from '#identity/todos'
import { addressOf, type Output, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ReleaseDialog } from './release-dialog.tsx'
import { TemplateEditor } from './template-editor.tsx'
import { versionWords } from './template-words.ts'

type Opened = Output<'documents.open-template'>

function VersionActions({ template, row, onRelease }: { template: Opened; row: TemplateVersion; onRelease: () => void }) {
  const can = useCan()
  const navigate = useNavigate()
  const what = <span className="hidden">{versionWords(row.version)}</span>
  const paper = (blank: 'yes' | undefined) =>
    addressOf('documents.print-template', { params: { name: template.name, version: row.version }, query: { blank } })
  const isInForce = row.version === template.inForce.version
  return (
    <div className="row">
      <a className="button plain" target="_blank" rel="noreferrer" href={paper(undefined)}>
        样张{what}
      </a>
      {template.blank && (
        <a className="button plain" target="_blank" rel="noreferrer" href={paper('yes')}>
          空白表{what}
        </a>
      )}
      {can('template.edit') && (
        <button
          type="button"
          className="button plain"
          onClick={() =>
            void navigate({ to: '/templates/$name', params: { name: template.name }, search: { version: String(row.version) } })
          }
        >
          作为底稿{what}
        </button>
      )}
      {!isInForce && can('template.release') && !row.mine && (
        <button type="button" className="button" onClick={onRelease}>
          {row.version < template.inForce.version ? '退回到' : '发布'}
          {what}
        </button>
      )}
      {!isInForce && row.mine && (
        <span className="muted small">
          <Hint todo={todos.releaseTemplate()} lead="接下来：" />
        </span>
      )}
    </div>
  )
}

function Versions({ template }: { template: Opened }) {
  const [releasing, setReleasing] = useState<number | null>(null)
  return (
    <section className="card stack-small" aria-labelledby="versions-title">
      <h2 id="versions-title">版本</h2>
      <Scroller label="版本，可左右滚动">
        <table className="data accounts">
          <caption className="hidden">版本</caption>
          <thead>
            <tr>
              {['版本', '说明', '编写', '指纹', '操作'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {template.rows.map((row) => (
              <tr key={row.version}>
                <th scope="row" className="nowrap">
                  {versionWords(row.version)} {row.version === template.inForce.version && <Tag tone="green">在用</Tag>}
                  {row.version === template.waiting && <Tag tone="amber">待复核</Tag>}
                </th>
                <td>{row.note}</td>
                <td className="nowrap">
                  {row.madeByName} {row.madeAt !== null && <span className="muted small">{instant(row.madeAt)}</span>}
                </td>
                <td className="mono small">{row.sha256.slice(0, 8)}</td>
                <td>
                  <VersionActions template={template} row={row} onRelease={() => setReleasing(row.version)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {template.releases.length > 0 && (
        <details>
          <summary>发布记录（{template.releases.length}）</summary>
          <ul>
            {template.releases.map((each) => (
              <li key={each.at}>
                {instant(each.at)} {each.byName}发布{versionWords(each.version)}：{each.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      {releasing !== null && (
        <ReleaseDialog name={template.name} label={template.label} version={releasing} onClose={() => setReleasing(null)} />
      )}
    </section>
  )
}

function Editor({ template, chosen }: { template: Opened; chosen: string | undefined }) {
  // the newest as the page opened: what is saved meanwhile does not take the text away
  const [newest] = useState(template.rows[0]?.version ?? 0)
  const version = Number(chosen ?? newest)
  const query = useQuery(reading('documents.read-template-text', { params: { name: template.name, version } }))
  return (
    <Show query={query}>
      {({ text }) => (
        <TemplateEditor key={`${template.name} ${version}`} name={template.name} start={text} blank={template.blank} />
      )}
    </Show>
  )
}

/** One template: its versions, samples, release and return, and the text of a new one. */
export function TemplatePage() {
  const can = useCan()
  const { name } = useParams({ from: '/office/templates/$name' })
  const { version } = useSearch({ from: '/office/templates/$name' })
  const query = useQuery(reading('documents.open-template', { params: { name } }))
  return (
    <Page
      title={query.data?.label ?? '文书模板'}
      crumbs={
        <li>
          <Link to="/templates">文书模板</Link>
        </li>
      }
    >
      <Show query={query}>
        {(template) => (
          <>
            <Versions template={template} />
            {can('template.edit') && <Editor template={template} chosen={version} />}
          </>
        )}
      </Show>
    </Page>
  )
}
