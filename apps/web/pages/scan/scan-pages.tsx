import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ScanPage } from '#casework/contract'
import { call } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { FileDialog, LookDialog, nameOf, PagesReason } from './page-dialogs.tsx'

export type PageState = ScanPage['state']

const emptyWords: Readonly<Record<PageState, readonly [title: string, text: string]>> = {
  waiting: ['没有待归档的页面', '读不到二维码或有疑问的页面会列在这里，由人归档或搁置，一页也不会丢。'],
  filed: ['还没有归档的页面', '归档后也可在案件页的“材料”中查看。'],
  aside: ['没有搁置的页面', '不属于任何案件的页面写明理由后搁置，随时可以退回。'],
  repeated: ['没有重复的页面', '同一页再次上传时不会重复归档，列在这里备查。'],
}

type Asked =
  | { what: 'look'; page: ScanPage }
  | { what: 'file'; page: ScanPage }
  | { what: 'return'; page: ScanPage }
  | { what: 'aside'; pageIds: readonly string[] }
  | { what: 'none' }

function useScanPages(state: PageState) {
  return useInfiniteQuery({
    queryKey: ['casework.list-scan-pages', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('casework.list-scan-pages', { query: { state, cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

function Where({ page }: { page: ScanPage }) {
  if (page.caseNo === null) return <>{page.reason ?? page.remark ?? '—'}</>
  return (
    <>
      <Link to="/cases/$caseNo" params={{ caseNo: page.caseNo }}>
        {page.applicantName} <span className="mono">{page.caseNo}</span>
      </Link>
      <div className="small">
        {page.formLabel}
        {page.formVersion !== null && `，第 ${page.formVersion} 版`}
        {page.formPage !== null && `第 ${page.formPage} 页`}
        {page.byHand && '（手工归档）'}
      </div>
      {page.remark !== null && <div className="small error-text">{page.remark}</div>}
    </>
  )
}

type RowProps = { page: ScanPage; picked: boolean; onPick: () => void; onAsk: (asked: Asked) => void }

function Row({ page, picked, onPick, onAsk }: RowProps) {
  const name = nameOf(page)
  return (
    <tr>
      {page.state === 'waiting' && (
        <td>
          <input type="checkbox" aria-label={`勾选 ${name}`} checked={picked} onChange={onPick} />
        </td>
      )}
      <th scope="row">{name}</th>
      <td style={{ minWidth: '11em' }}>
        <Where page={page} />
      </td>
      <td className="nowrap">
        {instant(page.at)}
        <div className="muted small">{page.byName}</div>
      </td>
      <td>
        <div className="row">
          <button type="button" className="button" aria-label={`查看 ${name}`} onClick={() => onAsk({ what: 'look', page })}>
            查看
          </button>
          {page.state === 'waiting' && (
            <button type="button" className="button" aria-label={`归档 ${name}`} onClick={() => onAsk({ what: 'file', page })}>
              归档
            </button>
          )}
          {(page.state === 'filed' || page.state === 'aside') && (
            <button type="button" className="button" aria-label={`退回 ${name}`} onClick={() => onAsk({ what: 'return', page })}>
              退回
            </button>
          )}
        </div>
      </td>
    </tr>
  )
}

type AskedProps = { asked: Asked; forms: readonly { form: string; label: string }[]; onClose: () => void }

function Dialogs({ asked, forms, onClose }: AskedProps) {
  if (asked.what === 'look') return <LookDialog page={asked.page} onClose={onClose} />
  if (asked.what === 'file') return <FileDialog page={asked.page} forms={forms} onClose={onClose} />
  if (asked.what === 'return') {
    const { pageId } = asked.page
    return (
      <PagesReason
        title={`退回 ${nameOf(asked.page)}`}
        label="退回待归档"
        note="这一页从案件中取出，回到待归档；经过留有记录。"
        act={(reason) => call('casework.return-scan-page', { params: { pageId }, body: { reason } })}
        onClose={onClose}
      />
    )
  }
  if (asked.what === 'none') return null
  const pageIds = [...asked.pageIds]
  return (
    <PagesReason
      title={`搁置 ${count(pageIds.length)} 页`}
      label="搁置"
      note="搁置的页面和理由一直保留，随时可以退回。"
      act={(reason) => call('casework.set-scan-pages-aside', { body: { pageIds, reason } })}
      onClose={onClose}
    />
  )
}

type ListProps = { state: PageState; forms: readonly { form: string; label: string }[] }

/** Pages of a state, with what may be done with each. */
export function ScanPages({ state, forms }: ListProps) {
  const query = useScanPages(state)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<Asked>({ what: 'none' })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const chosen = rows.filter((page) => picked.has(page.pageId)).map((page) => page.pageId)
  const close = () => setAsked({ what: 'none' })
  const toggle = (pageId: string) =>
    setPicked((old) => new Set(old.has(pageId) ? [...old].filter((id) => id !== pageId) : [...old, pageId]))
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (query.data === undefined) return <Loading />
  if (rows.length === 0) return <Empty title={emptyWords[state][0]}>{emptyWords[state][1]}</Empty>
  return (
    <>
      {state === 'waiting' && (
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={chosen.length === 0}
            onClick={() => setAsked({ what: 'aside', pageIds: chosen })}
          >
            搁置所选（{count(chosen.length)}）
          </button>
        </div>
      )}
      <Scroller label="扫描页，可左右滚动">
        <table className="data">
          <caption className="hidden">扫描页</caption>
          <thead>
            <tr>
              {[...(state === 'waiting' ? ['选'] : []), '页', state === 'filed' ? '归入' : '原因', '时间', '操作'].map(
                (label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((page) => (
              <Row
                key={page.pageId}
                page={page}
                picked={picked.has(page.pageId)}
                onPick={() => toggle(page.pageId)}
                onAsk={setAsked}
              />
            ))}
          </tbody>
        </table>
      </Scroller>
      <MorePages query={query} label={`再显示（已显示 ${count(rows.length)} 页）`} />
      <Dialogs asked={asked} forms={forms} onClose={close} />
    </>
  )
}
