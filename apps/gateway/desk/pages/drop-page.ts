/** 数据投放: CSV and XLSX files of a unit without a database: upload, what waits, what is in use, what was set aside. */

import { formatCsvRow } from '#kernel/csv'
import { isRecordName, type RecordName, recordTypeOf } from '#sources/contract'
import { todayOf } from '../../clock.ts'
import { type DropIntake, NotTaken } from '../../drop/intake.ts'
import { listSetAside } from '../../drop/set-aside.ts'
import { templateOf } from '../../drop/template.ts'
import { recordsOf } from '../../store/source-folder.ts'
import type { TakenFile } from '../../store/unit-register.ts'
import { card, count, empty, field, hidden, notice, table } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { noteVisit, pageOf, type Reply, shownTime, textOf, type Visit } from '../visit.ts'

const SHOWN = 100

const typesOf = (visit: Visit) => {
  const manual = new Set(visit.parts.config.manual ?? [])
  return recordsOf(visit.parts.config.unit)
    .map(recordTypeOf)
    .filter(({ short }) => !manual.has(short))
}

function uploadForm(visit: Visit): Html {
  const chosen = textOf(visit.form, 'record')
  const options = typesOf(visit).map(
    ({ short, label }) => html`<option value="${short}"${short === chosen && html` selected`}>${label}</option>`,
  )
  const today = todayOf(visit.parts.clock)
  return html`<form class="stack-small narrow" method="post" action="/drop" enctype="multipart/form-data">${hidden(visit.csrf)}
${field('record', '记录类型', html`<select class="input" id="record" name="record">${options}</select>`)}
${field('file', '文件（.csv 或 .xlsx）', html`<input class="input" id="file" type="file" name="file" accept=".csv,.xlsx" required aria-describedby="file-hint">`, '', '每次投放都是该类数据的全部，会整份替换上一次投放的。')}
${field('as-of', '数据时点（数据是哪一天的）', html`<input class="input" id="as-of" type="date" name="asOf" max="${today}" value="${textOf(visit.form, 'asOf')}">`)}
<label class="choice" for="again"><input type="checkbox" id="again" name="again" value="yes"> 允许再次启用以前投放过的同一文件</label>
<div class="row"><button class="button primary">投放</button></div></form>`
}

function templates(visit: Visit): Html {
  const links = typesOf(visit).map(({ short, label }) => html`<li><a href="/drop/template/${short}">${label}</a></li>`)
  return html`<p>公民身份号码、银行账号等长号码必须是<strong>文本</strong>单元格：数字单元格只保留 15 位，后几位会丢失。模板已设好格式和可选的值。</p>
<ul class="row">${links}</ul>`
}

async function waitingList(intake: DropIntake): Promise<Content> {
  const waiting = await intake.look()
  if (waiting.length === 0) return empty('没有等待的文件', '文件夹中的文件都已取用。')
  return table(
    '等待的文件',
    [{ label: '文件' }, { label: '为什么没有取用，怎么办' }],
    waiting.map(({ file, why }) => [file, why]),
  )
}

function folderNote(intake: DropIntake): Html {
  return html`<p>也可以把文件放进文件夹 <span class="mono">${intake.dir}</span>，文件名以记录类型开头；写完后再放一个同名加 <span class="mono">.ctl</span> 的控制文件，两行：</p>
<p class="mono">rows=数据行数（不含表头）<br>sha256=数据文件的 SHA-256 摘要</p>`
}

function takenRow(visit: Visit, taken: TakenFile, isInUse: boolean): Content[] {
  const { at, record, file, rows, accepted, quarantined, asOf, by } = taken
  const { label, short } = recordTypeOf(record)
  const aside: Content =
    quarantined > 0 && isInUse ? html`<a href="/drop/set-aside/${short}">${count(quarantined)}</a>` : count(quarantined)
  return [
    html`<span class="nowrap">${shownTime(visit, at)}</span>`,
    label,
    file,
    isInUse ? '在用' : '已被替换',
    asOf ?? '—',
    count(rows),
    count(accepted),
    aside,
    by === '' ? '文件夹' : by,
  ]
}

function takenList(visit: Visit): Content {
  const { register } = visit.parts.store
  const all = register.listTaken(SHOWN)
  if (all.length === 0) return empty('还没有投放过数据', '在此之前，这些记录类型一律答复“来源错误”，不会被当作没有记录。')
  const inUse = new Set(register.listInUse().map(({ record, at }) => `${record} ${at}`))
  const labels = ['时间', '记录类型', '文件', '状态', '数据时点', '行数', '可用', '隔离', '谁投放']
  const numbers = new Set(['行数', '可用', '隔离'])
  const rows = all.map((taken) => takenRow(visit, taken, inUse.has(`${taken.record} ${taken.at}`)))
  return table(
    '投放记录',
    labels.map((label) => ({ label, isNumber: numbers.has(label) })),
    rows,
  )
}

async function body(visit: Visit, intake: DropIntake, said: Content): Promise<Html> {
  return html`${said}
${card('上传', uploadForm(visit))}
${card('模板', templates(visit))}
${card('等待的文件', [await waitingList(intake), folderNote(intake)])}
${card('投放记录', takenList(visit))}`
}

const none = (visit: Visit): Reply =>
  pageOf(visit, '/drop', '数据投放', card('数据投放', empty('本单位不用投放文件', '数据来源不是投放文件夹。')), 404)

export async function dropPage(visit: Visit): Promise<Reply> {
  const { intake, register } = visit.parts.store
  if (intake === undefined) return none(visit)
  const [newest] = register.listTaken(1)
  const isDone = visit.query.get('done') === 'taken' && newest !== undefined
  const said =
    isDone &&
    notice(
      newest.quarantined > 0 ? 'amber' : 'green',
      html`已取用 ${newest.file}：${count(newest.rows)} 行，可用 ${count(newest.accepted)} 行，隔离 ${count(newest.quarantined)} 行。${
        newest.quarantined > 0 && html`<a href="/drop/set-aside/${recordTypeOf(newest.record).short}">看被隔离的行</a>`
      }`,
    )
  return pageOf(visit, '/drop', '数据投放', await body(visit, intake, said))
}

function recordNamed(visit: Visit, short: string): RecordName | undefined {
  const record = `${visit.parts.config.unit}/${short}`
  return isRecordName(record) ? record : undefined
}

/** Takes an upload. */
export async function takeUpload(visit: Visit): Promise<Reply> {
  const { intake } = visit.parts.store
  const record = recordNamed(visit, textOf(visit.form, 'record'))
  const file = visit.form.get('file')
  if (intake === undefined || record === undefined) return none(visit)
  if (!(file instanceof File) || file.size === 0) {
    return pageOf(visit, '/drop', '数据投放', await body(visit, intake, notice('red', '没有选择文件，或文件是空的。')), 422)
  }
  const asOf = textOf(visit.form, 'asOf')
  try {
    const bytes = Buffer.from(await file.arrayBuffer())
    const upload = { file: file.name, bytes, record, by: visit.officer, asOf: asOf === '' ? null : asOf }
    const taken = await intake.upload({ ...upload, again: textOf(visit.form, 'again') === 'yes' })
    const note = `${taken.file} sha256 ${taken.sha256}, ${taken.quarantined} set aside`
    noteVisit(visit, 'desk_drop', { subject: record, rows: taken.rows, note })
    return { to: '/drop?done=taken' }
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error
    const said = notice('red', `没有取用 ${file.name}：${error.message}`)
    return pageOf(visit, '/drop', '数据投放', await body(visit, intake, said), 422)
  }
}

export async function dropTemplate(visit: Visit): Promise<Reply> {
  const record = recordNamed(visit, visit.name)
  if (record === undefined) return none(visit)
  const type = recordTypeOf(record)
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return { file: `${type.short}-${type.label}模板.xlsx`, type: kind, body: await templateOf(type) }
}

const ROWS_SHOWN = 200

async function setAsideOf(visit: Visit) {
  const { intake } = visit.parts.store
  const record = recordNamed(visit, visit.name)
  const inUse = record === undefined ? undefined : intake?.inUse(record)
  if (intake === undefined || record === undefined || inUse === undefined) return undefined
  return { record, rows: await listSetAside(record, inUse, intake.basis()) }
}

export async function setAsidePage(visit: Visit): Promise<Reply> {
  const found = await setAsideOf(visit)
  if (found === undefined) return none(visit)
  const { record, rows } = found
  const { label } = recordTypeOf(record)
  const shown = rows
    .slice(0, ROWS_SHOWN)
    .map(({ row, why }): Content[] => [`第 ${row} 行`, why.map((each) => html`<div>${each}</div>`)])
  const list =
    rows.length === 0
      ? empty('没有被隔离的行', '在用的文件全部可用。')
      : html`${table('被隔离的行', [{ label: '在哪里' }, { label: '是什么问题，怎么改' }], shown)}
<p class="muted">共 ${count(rows.length)} 行${rows.length > ROWS_SHOWN && `，这里显示前 ${ROWS_SHOWN} 行`}。</p>
<form class="row" method="post" action="/drop/set-aside/${visit.name}">${hidden(visit.csrf)}<button class="button">下载这些行（CSV，含原文）</button></form>`
  const said = notice('blue', '被隔离的行没有丢弃，也不参与答复。改正后请把整份文件重新投放。')
  return pageOf(
    visit,
    '/drop',
    `${label}：被隔离的行`,
    html`${said}${card('被隔离的行', list)}<p><a href="/drop">回到数据投放</a></p>`,
  )
}

/** The rows that are not used, as they stand in the file, with what is wrong: for mending. Names persons, so it is logged. */
export async function downloadSetAside(visit: Visit): Promise<Reply> {
  const found = await setAsideOf(visit)
  if (found === undefined) return none(visit)
  const { record, rows } = found
  const type = recordTypeOf(record)
  noteVisit(visit, 'desk_set_aside_rows', { subject: record, rows: rows.length })
  const header = formatCsvRow(['行号', '问题', ...type.table.columns.map(({ label }) => label)])
  const lines = rows.map(({ row, why, raw }) => `${formatCsvRow([String(row), why.join(' ')])},${raw}`)
  const body = `\uFEFF${[header, ...lines].join('\r\n')}\r\n`
  return { file: `${type.short}-隔离行.csv`, type: 'text/csv; charset=utf-8', body }
}
