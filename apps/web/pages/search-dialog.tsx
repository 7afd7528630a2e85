import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import type { Hits, SearchReply } from '#casework/contract'
import { reading } from '../client.ts'
import { useCan } from '../session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { parseSearch } from '../ui/search.ts'
import { ErrorPanel } from '../ui/states.tsx'
import { SearchBox } from './household/filter-fields.tsx'
import { pagesFor } from './search-pages.ts'

type Found = Hits['rows'][number]

function FoundList({ title, hits, onGo }: { title: string; hits: Hits; onGo: () => void }) {
  if (hits.rows.length === 0) return null
  return (
    <section className="stack-small" aria-label={title}>
      <h3>{title}</h3>
      <ul className="plain-list found-list">
        {hits.rows.map((each) => (
          <FoundLink key={each.no + each.to} found={each} onGo={onGo} />
        ))}
      </ul>
      {hits.more && <p className="muted small">还有更多，请再多输入几个字。</p>}
    </section>
  )
}

function FoundLink({ found, onGo }: { found: Found; onGo: () => void }) {
  const { pathname, search } = new URL(found.to, window.location.origin)
  return (
    <li>
      <Link to={decodeURIComponent(pathname)} search={parseSearch(search)} onClick={onGo} className="found">
        <span className="strong">{found.label}</span> <span className="muted small">{found.note}</span>
      </Link>
    </li>
  )
}

function said({ households, persons, cases, elsewhere, numberFault }: SearchReply): string {
  if (numberFault !== null) return numberFault
  if (elsewhere) return '这个身份号码登记在本区其他乡镇，不在您的辖区内。'
  return households.rows.length + persons.rows.length + cases.rows.length === 0 ? '没有查到家庭、人员或案件。' : ''
}

function Everything({ word, onGo }: { word: string; onGo: () => void }) {
  const query = useQuery({ ...reading('casework.search', { query: { q: word } }), placeholderData: (before) => before })
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (query.data === undefined) return <p role="status">正在查找…</p>
  const { households, persons, cases } = query.data
  return (
    <>
      <p role="status" className="muted small">
        {said(query.data)}
      </p>
      <FoundList title="家庭" hits={households} onGo={onGo} />
      <FoundList title="人员" hits={persons} onGo={onGo} />
      <FoundList title="案件" hits={cases} onGo={onGo} />
    </>
  )
}

/** What is said while only pages were looked for, or too little was typed to look for people. */
export function saidOfPages(word: string, found: number, asksPeople: boolean): string {
  if (word === '') return ''
  if (asksPeople) return '再输入一个字，也查找家庭、人员和案件。'
  return found === 0 ? '没有符合的页面，请换一个词。' : ''
}

/** Up and down go from the box through what was found and back. */
function move(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, a.found')]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  const next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** One search over pages, households, persons and cases. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const can = useCan()
  const [word, setWord] = useState('')
  const pages = pagesFor(word, can)
  const asks = can('casework.read') && word.length >= 2
  return (
    <Dialog title="搜索" onClose={onClose}>
      <search className="stack-small" onKeyDown={move}>
        <SearchBox
          label={can('casework.read') ? '页面、姓名、身份号码、户号或案号' : '页面名称或要办的事'}
          word={word}
          onType={setWord}
        />
        <FoundList title="页面" hits={{ rows: pages, more: false }} onGo={onClose} />
        {!asks && (
          <p role="status" className="muted small">
            {saidOfPages(word, pages.length, can('casework.read'))}
          </p>
        )}
        {asks && <Everything word={word} onGo={onClose} />}
      </search>
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          关闭
        </button>
      </div>
    </Dialog>
  )
}
