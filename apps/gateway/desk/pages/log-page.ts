/** 谁问了什么: the log, filtered; one person's entries by citizen number, which is logged itself. */

import { readIdNumber } from '#kernel/id-number'
import { recordTypeOf } from '#sources/contract'
import { todayOf } from '../../clock.ts'
import { recordsOf } from '../../store/source-folder.ts'
import { card, count, empty, field, hidden, marked, notice, table } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import type { DigestEntry, LogFilter } from '../log-digest.ts'
import { noteVisit, pageOf, type Reply, shownTime, textOf, type Visit } from '../visit.ts'
import { codeLabel, eventLabel, letterLabels, subjectLabel } from '../words.ts'

const PAGE = 50

export function filterOf(query: URLSearchParams): LogFilter {
  const text = (name: string): string => query.get(name)?.trim() ?? ''
  const day = (name: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text(name)) ? text(name) : '')
  const [event, subject, operator, purpose] = [text('event'), text('subject'), text('operator'), text('purpose')]
  return { from: day('from'), to: day('to'), event, subject, operator, purpose }
}

function resultOf(entry: DigestEntry): Content {
  const states = Object.entries(entry.states).map(
    ([letter, n]) => `${letterLabels[letter as keyof typeof letterLabels] ?? letter} ${count(n)}`,
  )
  return [codeLabel(entry.code), states.length > 0 ? html`<br><span class="small muted">${states.join('，')}</span>` : '']
}

function delayOf({ delayMs }: DigestEntry): string {
  return delayMs < 1000 ? `${delayMs} 毫秒` : `${(delayMs / 1000).toFixed(1)} 秒`
}

const columns = [
  { label: '时间' },
  { label: '事项' },
  { label: '谁' },
  { label: '目的与依据' },
  { label: '案件' },
  { label: '查询内容' },
  { label: '人数', isNumber: true },
  { label: '结果' },
  { label: '用时', isNumber: true },
]

const ofRow = (visit: Visit, entry: DigestEntry): Content[] => [
  html`<span class="nowrap">${shownTime(visit, entry.at)}</span>`,
  eventLabel(entry.event),
  [entry.operator, entry.from !== '' && html`<br><span class="small muted">${entry.from}</span>`],
  [entry.purpose, entry.legalBasis !== '' && html`<br><span class="small muted">${entry.legalBasis}</span>`],
  entry.caseNo,
  [
    subjectLabel(entry.subject),
    entry.note !== '' && entry.code !== 'answered' && html`<br><span class="small muted">${entry.note}</span>`,
  ],
  entry.persons === 0 ? '' : count(entry.persons),
  resultOf(entry),
  entry.delayMs > 0 && html`<span class="nowrap">${delayOf(entry)}</span>`,
]

const option = (value: string, label: string, chosen: string): Html =>
  html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`

async function filterForm(visit: Visit, filter: LogFilter): Promise<Html> {
  const events = [...new Set((await visit.digest.entries()).map(({ event }) => event))].sort()
  const input = (name: 'operator' | 'purpose'): Html =>
    html`<input class="input" id="${name}" name="${name}" value="${filter[name]}">`
  const date = (name: 'from' | 'to'): Html =>
    html`<input class="input" type="date" id="${name}" name="${name}" value="${filter[name]}">`
  const types = recordsOf(visit.parts.config.unit).map((record) => option(record, recordTypeOf(record).label, filter.subject))
  return html`<form class="filters" method="get" action="/log">
${field('from', '从', date('from'))}${field('to', '到', date('to'))}
${field('event', '事项', html`<select class="input" id="event" name="event">${option('', '全部', filter.event)}${events.map((each) => option(each, eventLabel(each), filter.event))}</select>`)}
${field('subject', '记录类型', html`<select class="input" id="subject" name="subject">${option('', '全部', filter.subject)}${types}</select>`)}
${field('operator', '经办', input('operator'))}${field('purpose', '目的或依据', input('purpose'))}
<div class="row"><button class="button primary">查询</button><a class="button" href="/log">重置</a></div>
</form>`
}

function pageLinks(query: URLSearchParams, at: number, total: number): Html | false {
  const pages = Math.ceil(total / PAGE)
  if (pages < 2) return false
  const to = (n: number): string => {
    const next = new URLSearchParams(query)
    next.set('page', String(n))
    return `/log?${next}`
  }
  return html`<nav class="row" aria-label="翻页">${at > 1 && html`<a class="button" href="${to(at - 1)}">上一页</a>`}
<span>第 ${at} 页，共 ${pages} 页</span>${at < pages && html`<a class="button" href="${to(at + 1)}">下一页</a>`}</nav>`
}

function personForm(visit: Visit, fault = ''): Html {
  const input = html`<input class="input" id="id" name="id" autocomplete="off" inputmode="text" required${marked('id', fault)}>`
  return html`<form class="filters" method="post" action="/log/person">${hidden(visit.csrf)}
<div class="field wide"><label for="id">公民身份号码</label>${input}${fault !== '' && html`<span class="error-text" id="id-fault">${fault}</span>`}</div>
<button class="button">查此人的记录</button></form>
<p class="small muted">日志中的号码是加密的，只在查询时解开；每次按号码查看都记入日志。</p>`
}

export async function logPage(visit: Visit): Promise<Reply> {
  const filter = filterOf(visit.query)
  const found = await visit.digest.find(filter)
  const at = Math.max(1, Math.min(Number(visit.query.get('page')) || 1, Math.ceil(found.length / PAGE) || 1))
  const shown = found.slice((at - 1) * PAGE, at * PAGE)
  const list =
    shown.length === 0
      ? empty('没有符合条件的记录', '换一个时间段或清空条件再查。')
      : table(
          '日志',
          columns,
          shown.map((entry) => ofRow(visit, entry)),
        )
  const body = html`${card('条件', await filterForm(visit, filter))}
${card('查一个人', personForm(visit))}
<section class="card"><div class="spread"><h2>日志</h2><span class="muted">共 ${count(found.length)} 条</span></div>${list}${pageLinks(visit.query, at, found.length)}</section>`
  return pageOf(visit, '/log', '谁问了什么', body)
}

export async function personLogPage(visit: Visit): Promise<Reply> {
  const today = todayOf(visit.parts.clock)
  const { value } = readIdNumber(textOf(visit.form, 'id'), today, 150)
  if (value === null) {
    const body = html`${notice('red', '号码有误，没有查询。')}${card('查一个人', personForm(visit, '公民身份号码位数或校验位不对，请核对后重新输入'))}`
    return pageOf(visit, '/log', '按号码查日志', body, 422)
  }
  noteVisit(visit, 'desk_person_search', { persons: value })
  const found = (await visit.digest.findPerson(value)).filter(({ entry }) => entry.event !== 'desk_person_search')
  const rows = found.map(({ entry, states, rows: given, papers }): Content[] => [
    html`<span class="nowrap">${shownTime(visit, entry.at)}</span>`,
    eventLabel(entry.event),
    [entry.operator, html`<br><span class="small muted">${entry.from}</span>`],
    [entry.purpose, html`<br><span class="small muted">${entry.legalBasis}</span>`],
    entry.caseNo,
    subjectLabel(entry.subject),
    [...new Set(states)].map((letter) => letterLabels[letter as keyof typeof letterLabels] ?? letter).join('、'),
    count(given),
    papers.replaceAll('+', '、'),
  ])
  const heads = ['时间', '事项', '谁', '目的与依据', '案件', '查询内容', '结果', '给出行数', '授权书']
  const list =
    rows.length === 0
      ? empty('日志中没有此人', '本单位的前置机没有就此号码答复过查询。')
      : table(
          '此人的记录',
          heads.map((label) => ({ label, isNumber: label === '给出行数' })),
          rows,
        )
  const body = html`${notice('blue', `此次查看已记入日志。共 ${found.length} 条。`)}${card('此人的记录', list)}${card('再查一个人', personForm(visit))}`
  return pageOf(visit, '/log', '按号码查日志', body)
}
