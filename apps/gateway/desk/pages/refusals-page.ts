/** 拒答: what was not answered and why, what was set aside, what could not be used. */
import { card, count, empty, field, hidden, notice, table } from '../frame.ts'
import { type Content, html } from '../html.ts'
import type { DigestEntry } from '../log-digest.ts'
import { pageOf, type Reply, shownTime, textOf, type Visit } from '../visit.ts'
import { codeLabel, eventLabel, subjectLabel } from '../words.ts'

/** So many of each are shown; the log has all of them. */
const SHOWN = 50

const notAnswered = new Set(['refused', 'alarm', 'authorisation_revoked', 'request_cancelled'])

function refusedRow(visit: Visit, entry: DigestEntry): Content[] {
  return [
    html`<span class="nowrap">${shownTime(visit, entry.at)}</span>`,
    eventLabel(entry.event),
    entry.code === '' ? '' : html`${codeLabel(entry.code)}<br><span class="small muted mono">${entry.code}</span>`,
    entry.note,
    [entry.operator, html`<br><span class="small muted">${entry.from}</span>`],
    subjectLabel(entry.subject),
  ]
}

function unauthorisedRow(visit: Visit, entry: DigestEntry): Content[] {
  return [
    html`<span class="nowrap">${shownTime(visit, entry.at)}</span>`,
    [entry.operator, html`<br><span class="small muted">${entry.from}</span>`],
    entry.purpose,
    entry.caseNo,
    subjectLabel(entry.subject),
    count(entry.states.A ?? 0),
    count(entry.persons),
  ]
}

const columnsOf = (labels: readonly string[], numbers: readonly string[] = []) =>
  labels.map((label) => ({ label, isNumber: numbers.includes(label) }))

function refusedList(visit: Visit, entries: readonly DigestEntry[]): Content {
  const refused = entries.filter(({ event }) => notAnswered.has(event)).slice(0, SHOWN)
  if (refused.length === 0) return empty('没有拒绝过查询', '签名不符、无权限、过期或已撤销的查询会列在这里。')
  const labels = ['时间', '事项', '原因（代码）', '说明', '查询方', '查询内容']
  return table(
    '整件拒绝',
    columnsOf(labels),
    refused.map((entry) => refusedRow(visit, entry)),
  )
}

function unauthorisedList(visit: Visit, entries: readonly DigestEntry[]): Content {
  const some = entries.filter(({ event, states }) => event === 'answer' && (states.A ?? 0) > 0).slice(0, SHOWN)
  if (some.length === 0) return empty('没有未授权的人', '授权不覆盖的人和项目不会被查询，会列在这里。')
  const labels = ['时间', '查询方', '目的', '案件', '查询内容', '未授权项次', '人数']
  return table(
    '未授权',
    columnsOf(labels, ['未授权项次', '人数']),
    some.map((entry) => unauthorisedRow(visit, entry)),
  )
}

function setAsideList(visit: Visit): Content {
  const waiting = visit.parts.ledger.listSetAside(SHOWN)
  if (waiting.length === 0) return empty('没有搁置的查询', '多次失败的查询会搁置在这里，由人决定重试或放弃。')
  const rows = waiting.map(({ id, from, received, attempts, reason }): Content[] => [
    html`<span class="nowrap">${shownTime(visit, received)}</span>`,
    from,
    reason,
    count(attempts),
    html`<form class="row" method="post" action="/refusals">${hidden(visit.csrf)}<input type="hidden" name="id" value="${id}">
<button class="button" name="do" value="again">重新答复</button></form>
<form class="row" method="post" action="/refusals">${hidden(visit.csrf)}<input type="hidden" name="id" value="${id}">
${field(`reason-${id}`, '放弃的理由', html`<input class="input" id="reason-${id}" name="reason" required maxlength="200">`)}
<button class="button" name="do" value="give-up">放弃</button></form>`,
  ])
  return table('搁置的查询', columnsOf(['收到时间', '查询方', '失败原因', '次数', '处理'], ['次数']), rows)
}

function parkedList(visit: Visit): Content {
  const parked = visit.parts.ledger.listParked(SHOWN)
  if (parked.length === 0) return empty('没有无法使用的报文', '签名、顺序或格式不符的来文原样留存在这里。')
  const rows = parked.map(({ at, sender, code, message, size, times }): Content[] => [
    html`<span class="nowrap">${shownTime(visit, at)}</span>`,
    sender === '' ? '无法辨认' : sender,
    html`${codeLabel(code)}<br><span class="small muted mono">${code}</span>`,
    message,
    count(size),
    count(times),
  ])
  return table('无法使用的报文', columnsOf(['时间', '自称来自', '原因（代码）', '说明', '字节', '次数'], ['字节', '次数']), rows)
}

const said: Readonly<Record<string, string>> = {
  again: '已重新排队，答复后作为更正发出。',
  'give-up': '已放弃，拒绝答复维持不变。',
  gone: '这件查询已不在搁置之列。',
}

export async function refusalsPage(visit: Visit): Promise<Reply> {
  const entries = [...(await visit.digest.entries())].reverse()
  const done = said[visit.query.get('done') ?? '']
  const body = html`${done !== undefined && notice('blue', done)}
${card('整件拒绝、警报与撤回', refusedList(visit, entries))}
<div id="set-aside">${card('搁置的查询', setAsideList(visit))}</div>
<div id="parked">${card('无法使用的报文', parkedList(visit))}</div>
${card('因未授权而没有查询的人', unauthorisedList(visit, entries))}
<p class="small muted">每一类列出最近 ${SHOWN} 件，全部在“谁问了什么”中按条件查。</p>`
  return pageOf(visit, '/refusals', '拒答', body)
}

/** Tries a request that was set aside again, or gives it up. */
export function decideSetAside(visit: Visit): Reply {
  const id = textOf(visit.form, 'id')
  const action = textOf(visit.form, 'do')
  const { parts, officer } = visit
  const reason = textOf(visit.form, 'reason') || '未说明'
  const isDone = action === 'again' ? parts.ledger.sendAgain(id, officer) : parts.ledger.giveUp(id, officer, reason)
  return { to: `/refusals?done=${isDone ? action : 'gone'}#set-aside` }
}
