/** 人工答复: persons whom somebody has to look up; what was found is looked at once more before it goes out as a correction. */

import { maskIdNumber } from '#kernel/id-number'
import { maskName } from '#kernel/person-name'
import { CODE_LISTS } from '#kernel/terms'
import { type RecordType, recordTypeOf } from '#sources/contract'
import { Header } from '#wire'
import { basisToday } from '../../drop/intake.ts'
import type { HandAnswer, KeptQuestion, ManualPerson } from '../../store/unit-register.ts'
import { card, count, empty, facts, field, hidden, marked, notice, table } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { correctedLines, type HandFault, handResult, loggedPerson, readHandRows, typedColumns } from '../manual-answer.ts'
import { noteVisit, pageOf, type Reply, shownTime, textOf, type Visit } from '../visit.ts'

const SHOWN = 200
const MAX_ROWS = 20

const headerOf = (question: KeptQuestion): Header => Header.parse(JSON.parse(question.header))

/** Why a question may not be answered any more; null when it may. */
function endedBecause(visit: Visit, question: KeptQuestion): string | null {
  const header = headerOf(question)
  const { ledger, clock } = visit.parts
  if (ledger.isCancelled(header)) return '查询方已撤销这件查询'
  if (header.expires !== null && header.expires < clock.iso(clock.nowMs())) return '已过答复期限'
  return null
}

/** Every paper the question rests on was withdrawn. */
function isRevoked(visit: Visit, question: KeptQuestion, person: ManualPerson): boolean {
  const withdrawn = visit.parts.ledger.revoked(headerOf(question).from)
  return person.papers.length > 0 && person.papers.every((no) => withdrawn.has(no))
}

function openRow(visit: Visit, question: KeptQuestion): Content[] {
  const { operator, from, purpose, expires, caseNo } = headerOf(question)
  const person = visit.parts.store.register.getPerson(question.id)
  return [
    html`<a href="/manual/${String(question.id)}">${maskName(person.names[0] ?? '')}　${maskIdNumber(person.idNumber)}</a>`,
    recordTypeOf(question.record).label,
    html`<span class="nowrap">${shownTime(visit, question.at)}</span>`,
    expires === null ? '—' : html`<span class="nowrap">${shownTime(visit, expires)}</span>`,
    [operator, html`<br><span class="small muted">${from}</span>`],
    [purpose, caseNo !== '' && html`<br><span class="small muted">${caseNo}</span>`],
  ]
}

export function manualListPage(visit: Visit): Reply {
  const { register } = visit.parts.store
  const open = register.listQuestions('open', SHOWN)
  const total = register.countOpen()
  const labels = ['谁', '查什么', '收到', '期限', '谁问', '目的']
  const waiting =
    open.length === 0
      ? empty('没有要人工答复的人', '核对中心查询这些记录类型时，人会列在这里。')
      : html`${table(
          '待答复',
          labels.map((label) => ({ label })),
          open.map((each) => openRow(visit, each)),
        )}
${total > SHOWN && html`<p class="muted">共 ${count(total)} 人次，先收到的 ${SHOWN} 人次列在这里。</p>`}`
  const settled = register
    .listQuestions('settled', 50)
    .map((question): Content[] => [
      html`<span class="nowrap">${shownTime(visit, question.settledAt)}</span>`,
      recordTypeOf(question.record).label,
      question.result,
      question.by,
    ])
  const history =
    settled.length === 0
      ? empty('还没有人工答复过', '答复后在这里留下记录，不显示姓名。')
      : table(
          '已答复',
          ['时间', '查什么', '结果', '谁答复'].map((label) => ({ label })),
          settled,
        )
  const done = visit.query.get('done') === 'sent' && notice('green', '已发出，作为更正随线路送达核对中心。')
  return pageOf(visit, '/manual', '人工答复', html`${done}${card('待答复', waiting)}${card('已答复', history)}`)
}

function asked(visit: Visit, question: KeptQuestion, person: ManualPerson): Html {
  const { operator, from, purpose, legalBasis, caseNo, expires } = headerOf(question)
  return facts([
    ['公民身份号码', person.idNumber],
    ['姓名', person.names.join('、')],
    ['查什么', recordTypeOf(question.record).label],
    ['问的是哪一天的情况', question.asOf],
    ['谁问', `${operator}（${from}）`],
    ['目的', purpose],
    ['依据', legalBasis],
    ['案件', caseNo === '' ? '—' : caseNo],
    ['授权书', person.papers.length === 0 ? '不需要' : person.papers.join('、')],
    ['答复期限', expires === null ? '—' : shownTime(visit, expires)],
  ])
}

/** Rows as they stand in the form; the first time one row with what is known already. */
function typedRows(visit: Visit, type: RecordType, question: KeptQuestion, person: ManualPerson): Record<string, string>[] {
  const n = Math.min(MAX_ROWS, Number(textOf(visit.form, 'rows')) || 0)
  const rows = Array.from({ length: n }, (_, i) =>
    Object.fromEntries(typedColumns(type).map(({ name }) => [name, textOf(visit.form, `${name}-${i + 1}`)])),
  )
  const isMore = n === 0 || textOf(visit.form, 'do') === 'more'
  if (isMore && n < MAX_ROWS) rows.push(firstRow(type, question, person, n + 1))
  return rows
}

function firstRow(type: RecordType, question: KeptQuestion, person: ManualPerson, n: number): Record<string, string> {
  const party = type.parties[0]
  const known = { source_record_id: `人工-${question.id}-${n}`, as_of_date: question.asOf }
  const named = party === undefined ? {} : { [party.id]: person.idNumber, [party.name]: person.names[0] ?? '' }
  const all: Record<string, string> = { ...known, ...named }
  return Object.fromEntries(typedColumns(type).map(({ name }) => [name, all[name] ?? '']))
}

function inputOf(column: RecordType['table']['columns'][number], id: string, value: string, fault: string): Html {
  const { codes, type, required } = column
  if (codes === undefined) {
    const kind = type === 'date' ? 'date' : type === 'month' ? 'month' : 'text'
    return html`<input class="input" type="${kind}" id="${id}" name="${id}" value="${value}"${required && html` required`}${marked(id, fault)}>`
  }
  const labels: Readonly<Record<string, string>> = CODE_LISTS[codes]
  const options = Object.entries(labels).map(
    ([code, label]) => html`<option value="${code}"${code === value && html` selected`}>${label}</option>`,
  )
  return html`<select class="input" id="${id}" name="${id}"${marked(id, fault)}><option value=""></option>${options}</select>`
}

function rowFields(type: RecordType, row: Readonly<Record<string, string>>, n: number, faults: readonly HandFault[]): Html {
  const fields = typedColumns(type).map((column) => {
    const id = `${column.name}-${n}`
    const fault = faults.find((each) => each.row === n && each.column === column.name)?.text ?? ''
    return field(
      id,
      `${column.label}${column.required ? '（必填）' : ''}`,
      inputOf(column, id, row[column.name] ?? '', fault),
      fault,
    )
  })
  return html`<fieldset class="stack-small"><legend><strong>第 ${n} 行</strong></legend><div class="grid-form">${fields}</div></fieldset>`
}

function answerForm(
  visit: Visit,
  type: RecordType,
  question: KeptQuestion,
  rows: readonly Record<string, string>[],
  faults: readonly HandFault[],
): Html {
  const action = `/manual/${question.id}`
  const reasonFault = faults.find((each) => each.column === 'reason')?.text ?? ''
  const reason = html`<input class="input" id="reason" name="reason" maxlength="200"${marked('reason', reasonFault)}>`
  return html`${card(
    '查到记录',
    html`<form class="stack" method="post" action="${action}">${hidden(visit.csrf)}<input type="hidden" name="rows" value="${rows.length}">
${rows.map((row, i) => rowFields(type, row, i + 1, faults))}
<div class="row"><button class="button primary" name="do" value="rows">下一步：核对后发出</button>
<button class="button" name="do" value="more" formnovalidate>再加一行</button></div></form>`,
  )}
${card(
  '没有记录',
  html`<form class="row" method="post" action="${action}">${hidden(visit.csrf)}<button class="button primary" name="do" value="none">下一步：答复没有记录</button></form>`,
)}
${card(
  '不能答复',
  html`<form class="filters" method="post" action="${action}">${hidden(visit.csrf)}
<div class="field wide"><label for="reason">理由（留在本单位日志）</label>${reason}${reasonFault !== '' && html`<span class="error-text" id="reason-fault">${reasonFault}</span>`}</div>
<button class="button" name="do" value="refuse">下一步：不能答复</button></form>`,
)}`
}

/** What is about to go out, once more, with everything typed in hidden fields. */
function secondLook(
  visit: Visit,
  type: RecordType,
  question: KeptQuestion,
  answer: HandAnswer,
  rows: readonly Record<string, string>[],
): Html {
  const kept = [...visit.form.entries()].flatMap(([name, value]) =>
    typeof value === 'string' && name !== 'csrf' && name !== 'do' && name !== 'sure'
      ? [html`<input type="hidden" name="${name}" value="${value}">`]
      : [],
  )
  const shown = rows.map(
    (row, i) =>
      html`<h3>第 ${i + 1} 行</h3>${facts(
        typedColumns(type).map(({ name, label, codes }): [string, Content] => {
          const labels: Readonly<Record<string, string>> = codes === undefined ? {} : CODE_LISTS[codes]
          const typed = row[name] ?? ''
          return [label, typed === '' ? '—' : (labels[typed] ?? typed)]
        }),
      )}`,
  )
  const mismatch =
    answer.kind === 'rows' &&
    answer.letter === 'M' &&
    notice('amber', '记录上的姓名与所查的人不同：会答复“号码相符姓名不符”，不给出记录内容。')
  const reason = answer.kind === 'refused' && html`<p>理由：${textOf(visit.form, 'reason')}</p>`
  return html`${mismatch}<p>将答复：<strong>${handResult(answer, question.record)}</strong></p>${reason}${answer.kind === 'rows' && shown}
<form class="row" method="post" action="/manual/${String(question.id)}">${hidden(visit.csrf)}${kept}
<input type="hidden" name="do" value="${textOf(visit.form, 'do')}"><button class="button primary" name="sure" value="yes">确认发出</button>
<a class="button" href="/manual/${String(question.id)}">不发，重新填写</a></form>`
}

const gone = (visit: Visit): Reply =>
  pageOf(visit, '/manual', '人工答复', card('人工答复', empty('这一条已经答复或关闭', '请回到人工答复页。')), 404)

function openQuestion(visit: Visit): KeptQuestion | undefined {
  const question = visit.parts.store.register.findQuestion(Number(visit.name) || 0)
  return question?.state === 'open' ? question : undefined
}

/** Ends a question that may not be answered any more, and says so. */
function close(visit: Visit, question: KeptQuestion, why: string): Reply {
  const { register } = visit.parts.store
  const { clock } = visit.parts
  register.settle(question.id, { state: 'closed', result: why, by: visit.officer, at: clock.iso(clock.nowMs()) })
  noteVisit(visit, 'desk_manual_closed', { message: question.request, subject: question.record, note: why })
  const body = html`${notice('amber', `${why}，不再答复，已关闭。`)}<p><a href="/manual">回到人工答复</a></p>`
  return pageOf(visit, '/manual', '人工答复', body)
}

export function questionPage(visit: Visit): Reply {
  const question = openQuestion(visit)
  if (question === undefined) return gone(visit)
  const ended = endedBecause(visit, question)
  if (ended !== null) return close(visit, question, ended)
  const person = visit.parts.store.register.getPerson(question.id)
  noteVisit(visit, 'desk_manual_look', { message: question.request, subject: question.record, persons: person.idNumber })
  return questionView(visit, question, person, [])
}

function questionView(visit: Visit, question: KeptQuestion, person: ManualPerson, faults: readonly HandFault[]): Reply {
  const type = recordTypeOf(question.record)
  const head = card('问的是', asked(visit, question, person))
  if (isRevoked(visit, question, person)) {
    const answer: HandAnswer = { kind: 'revoked' }
    const body = html`${notice('amber', '授权已经撤回：不得再查，只能如实答复。')}${head}${card('答复', secondLook(visit, type, question, answer, []))}`
    return pageOf(visit, '/manual', '人工答复', body)
  }
  const rows = typedRows(visit, type, question, person)
  const general = faults.filter(({ column }) => column === '').map(({ text }) => text)
  const said = faults.length > 0 && notice('red', `有 ${faults.length} 处需要改正。${general.join('')}`)
  const body = html`${said}${head}${answerForm(visit, type, question, rows, faults)}`
  return pageOf(visit, '/manual', '人工答复', body, faults.length > 0 ? 422 : 200)
}

/** The answer the form gives, or its faults. */
function answerOf(visit: Visit, question: KeptQuestion, person: ManualPerson): { answer: HandAnswer } | { faults: HandFault[] } {
  if (isRevoked(visit, question, person)) return { answer: { kind: 'revoked' } }
  const action = textOf(visit.form, 'do')
  if (action === 'none') return { answer: { kind: 'none' } }
  if (action === 'refuse') {
    if (textOf(visit.form, 'reason') !== '') return { answer: { kind: 'refused' } }
    return { faults: [{ row: 0, column: 'reason', text: '请写明不能答复的理由' }] }
  }
  const type = recordTypeOf(question.record)
  const { store, clock } = visit.parts
  const basis = { ...basisToday(store.register, clock), asOf: question.asOf }
  return readHandRows(type, typedRows(visit, type, question, person), person, basis)
}

/** Takes what was typed: shows it once more, then sends it. */
export function answerQuestion(visit: Visit): Reply {
  const question = openQuestion(visit)
  if (question === undefined) return gone(visit)
  const ended = endedBecause(visit, question)
  if (ended !== null) return close(visit, question, ended)
  const person = visit.parts.store.register.getPerson(question.id)
  if (textOf(visit.form, 'do') === 'more') return questionView(visit, question, person, [])
  const read = answerOf(visit, question, person)
  if ('faults' in read) return questionView(visit, question, person, read.faults)
  if (textOf(visit.form, 'sure') === 'yes') return send(visit, question, read.answer)
  const type = recordTypeOf(question.record)
  const rows = read.answer.kind === 'rows' ? typedRows(visit, type, question, person) : []
  const look = secondLook(visit, type, question, read.answer, rows)
  return pageOf(
    visit,
    '/manual',
    '人工答复',
    html`${card('问的是', asked(visit, question, person))}${card('发出前再看一遍', look)}`,
  )
}

/** Sends the correction of one request. */
function correct(visit: Visit, question: KeptQuestion, person: ManualPerson, answer: HandAnswer, reason: string): void {
  const { ledger, config, store, clock } = visit.parts
  const lines = correctedLines(ledger.findStored(headerOf(question))?.lines, question, config.unit, answer)
  ledger.postCorrection(headerOf(question), lines, {
    subject: question.record,
    persons: loggedPerson(question, person, answer),
    rows: answer.kind === 'rows' ? answer.rows.length : 0,
    note: `${visit.officer}人工答复${reason}`,
  })
  const result = `${handResult(answer, question.record)}${reason}`
  store.register.settle(question.id, { state: 'answered', result, by: visit.officer, at: clock.iso(clock.nowMs()), answer })
}

/**
 * One answer settles every open request that asks the same of the same person. What another rests on may be withdrawn when this
 * one stands, or the other way round: it stays open.
 */
function send(visit: Visit, question: KeptQuestion, answer: HandAnswer): Reply {
  const reason = answer.kind === 'refused' ? `：${textOf(visit.form, 'reason')}` : ''
  const same = visit.parts.store.register.listSame(question.id).filter((each) => endedBecause(visit, each) === null)
  try {
    for (const each of same) {
      const person = visit.parts.store.register.getPerson(each.id)
      if (isRevoked(visit, each, person) === (answer.kind === 'revoked')) correct(visit, each, person, answer, reason)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const body = html`${notice('amber', `没有发出：${error.message}。请稍后再试。`)}<p><a href="/manual">回到人工答复</a></p>`
    return pageOf(visit, '/manual', '人工答复', body, 409)
  }
  return { to: '/manual?done=sent' }
}
