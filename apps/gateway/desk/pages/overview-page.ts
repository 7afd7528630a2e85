/** 概况: the line, how fresh the data are, what was asked and answered, what waits. */
import { recordTypeOf } from '#sources/contract'
import { recordsOf } from '../../store/source-folder.ts'
import type { RecordFreshness } from '../../store/unit-register.ts'
import { card, count, empty, facts, notice, table, tag } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import type { Volume } from '../log-digest.ts'
import { pageOf, type Reply, shownTime, type Visit } from '../visit.ts'
import { codeLabel, letterLabels, reasonLabels } from '../words.ts'

function lineNotice(visit: Visit): Html {
  const line = visit.parts.line()
  if (line === null) return notice('blue', '与核对中心没有线路，报文由离线包或消息总线往来。')
  const { isUp, since, lastError } = line
  const from = since === null ? '' : `，自 ${shownTime(visit, since)} 起`
  if (isUp) return notice('green', `与核对中心的线路畅通${from}。`)
  const why = lastError === '' ? '' : `原因：${lastError}。`
  return notice('amber', `与核对中心的线路不通${from}。${why}前置机会不断重拨，恢复后积压的报文自动续传，不会丢失。`)
}

function openItems(visit: Visit): Html {
  const { ledger, store } = visit.parts
  const { open, oldest, setAside } = ledger.openState()
  const { messages } = ledger.waiting()
  const link = (at: string, n: number, unit: string): Content =>
    n === 0 ? `0 ${unit}` : html`<a href="${at}">${count(n)} ${unit}</a>`
  return facts([
    ['待答复的查询', `${count(open)} 件`],
    ['其中最早收到', oldest === null ? '—' : shownTime(visit, oldest)],
    ['待中心签收的报文', `${count(messages)} 件`],
    ['待人工答复', link('/manual', store.register.countOpen(), '人次')],
    ['搁置待处理的查询', link('/refusals#set-aside', setAside, '件')],
    ['无法使用的报文', link('/refusals#parked', ledger.listParked(1000).length, '件')],
  ])
}

function standingOf(fresh: RecordFreshness | undefined, isManual: boolean): Html {
  if (isManual) return tag('blue', '人工答复')
  if (fresh === undefined) return tag('grey', '尚未读取')
  if (fresh.state !== 'answered') return tag('red', reasonLabels[fresh.reason ?? 'not_answered'])
  if (fresh.cutOff) return tag('amber', reasonLabels.cut_off)
  return fresh.stale ? tag('amber', reasonLabels.stale) : tag('green', '可答复')
}

function freshness(visit: Visit): Html {
  const { config, store } = visit.parts
  const known = new Map(store.register.listFreshness().map((each) => [each.record, each]))
  const manual = new Set(config.manual ?? [])
  const rows = recordsOf(config.unit).map((record): Content[] => {
    const fresh = known.get(record)
    const { label, short } = recordTypeOf(record)
    const isCounted = fresh?.state === 'answered' && !manual.has(short)
    const rowsText = isCounted ? `${count(fresh.rows)}${fresh.announced === null ? '' : ` / ${count(fresh.announced)}`}` : '—'
    const read = fresh === undefined ? '—' : shownTime(visit, fresh.at)
    return [label, standingOf(fresh, manual.has(short)), fresh?.asOfDate ?? '—', rowsText, read]
  })
  const columns = [
    { label: '记录类型' },
    { label: '状态' },
    { label: '数据时点' },
    { label: '行数 / 声明行数', isNumber: true },
    { label: '上次读取' },
  ]
  return html`${table('各类数据的新旧', columns, rows)}
<p class="small muted">每次核对中心说明要查询时重新读取。不完整或陈旧的数据，查到的算数，没查到的不等于没有。</p>`
}

const letters = ['H', 'N', 'M', 'I', 'A', 'E', 'T', 'P'] as const

function volumes(all: readonly Volume[]): Html {
  const row = (label: string, of: (volume: Volume) => number): Content[] => [label, ...all.map((volume) => count(of(volume)))]
  const byLetter = letters.map((letter) => row(letterLabels[letter], ({ states }) => states[letter] ?? 0))
  const columns = [{ label: '项目' }, ...['今天', '近 7 天', '近 30 天'].map((label) => ({ label, isNumber: true }))]
  return table('查询量', columns, [
    row('查询（件）', ({ requests }) => requests),
    row('查询人次', ({ persons }) => persons),
    ...byLetter,
    row('整件拒绝', ({ refused }) => Object.values(refused).reduce((sum, n) => sum + n, 0)),
  ])
}

function refusals(volume: Volume | undefined): Html {
  const rows = Object.entries(volume?.refused ?? {}).map(([code, n]): Content[] => [codeLabel(code), count(n)])
  if (rows.length === 0) return empty('近 30 天没有拒绝过查询', '未授权的人在“拒答”页逐件列出。')
  return table('近 30 天整件拒绝的原因', [{ label: '原因' }, { label: '件数', isNumber: true }], rows)
}

export async function overviewPage(visit: Visit): Promise<Reply> {
  const all = [await visit.digest.volume(1), await visit.digest.volume(7), await visit.digest.volume(30)]
  const body = html`${lineNotice(visit)}
${card('待办', openItems(visit))}
${card('数据新旧', freshness(visit))}
${card('查询量', volumes(all))}
${card('拒绝原因', refusals(all[2]))}`
  return pageOf(visit, '/', '概况', body)
}
