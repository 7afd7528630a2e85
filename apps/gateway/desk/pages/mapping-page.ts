/** 数据映射: our columns and codes beside the unit's, with a test query; saving writes the configuration and takes effect at once. */

import { readIdNumber } from '#kernel/id-number'
import { CODE_LISTS } from '#kernel/terms'
import { type GatewaySource, isRecordName, type RecordType, recordTypeOf } from '#sources/contract'
import { todayOf } from '../../clock.ts'
import { ConfigFault, checkGatewayConfig } from '../../config.ts'
import { basisToday } from '../../drop/intake.ts'
import type { Naming } from '../../drop/to-catalogue.ts'
import { recordsOf } from '../../store/source-folder.ts'
import { changeConfig, type RawConfig, readRaw, stampOf } from '../config-file.ts'
import { card, count, empty, field, hidden, marked, notice, table, tag } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type MappedSource, type TriedQuery, tryQuery } from '../test-query.ts'
import { noteVisit, pageOf, type Reply, textOf, type Visit } from '../visit.ts'
import { typeLabels } from '../words.ts'

/** A mapping as it stands in the form. */
interface Edited {
  /** table or file; empty where the source has none */
  place: string
  naming: Naming
  /** lines of the code fields that are no translation */
  faults: ReadonlyMap<string, string>
}

const placeLabels = { csv: 'CSV 文件', sql: '表或视图', drop: '' } as const

function mappedSource(source: GatewaySource): MappedSource | undefined {
  return source.kind === 'csv' || source.kind === 'sql' || source.kind === 'drop' ? source : undefined
}

function placeOf(source: MappedSource, short: string): string {
  if (source.kind === 'csv') return source.records[short]?.file ?? ''
  return source.kind === 'sql' ? (source.records[short]?.table ?? '') : ''
}

/** The source as it is now: what was saved since the gateway started counts. */
function currentSource(visit: Visit): MappedSource | undefined {
  return mappedSource(visit.parts.store.source)
}

export function mappingsPage(visit: Visit): Reply {
  const { config, store } = visit.parts
  const source = currentSource(visit)
  if (source === undefined) {
    const isPackage = store.source.kind === 'package'
    const why = isPackage ? '数据按标准数据包提供，列名与代码已经一致。' : '数据经共享平台取得，列与代码由接口说明文件规定。'
    return pageOf(visit, '/mapping', '数据映射', card('数据映射', empty('本单位不需要映射', why)))
  }
  const manual = new Set(config.manual ?? [])
  const rows = recordsOf(config.unit).map((record): Content[] => {
    const { short, label, table: columns } = recordTypeOf(record)
    const mapped = source.records[short]
    const renamed = Object.keys(mapped?.columns ?? {}).length
    const translated = Object.values(mapped?.codes ?? {}).reduce((sum, codes) => sum + Object.keys(codes).length, 0)
    const state = manual.has(short)
      ? tag('blue', '人工答复')
      : mapped === undefined && source.kind !== 'drop'
        ? tag('red', '没有映射')
        : tag('green', '已映射')
    const place = placeOf(source, short)
    return [
      label,
      state,
      place,
      `${renamed} / ${columns.columns.length}`,
      count(translated),
      html`<a href="/mapping/${short}">修改或试查</a>`,
    ]
  })
  const heads = ['记录类型', '状态', '取自', '改名的列 / 全部', '代码对照', '操作']
  const numbers = new Set(['改名的列 / 全部', '代码对照'])
  const list = table(
    '各类数据的映射',
    heads.map((label) => ({ label, isNumber: numbers.has(label) })),
    rows,
  )
  return pageOf(visit, '/mapping', '数据映射', card('各类数据', list))
}

function codesText(codes: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(codes ?? {})
    .map(([theirs, ours]) => `${theirs}=${ours}`)
    .join('\n')
}

/** Reads lines of `theirs=ours`; a line that is none, or names a code that does not exist, is a fault. */
function readCodes(text: string, known: ReadonlySet<string>): { codes: Record<string, string>; fault: string } {
  const codes: Record<string, string> = {}
  for (const line of text.split(/\r?\n/).filter((each) => each.trim() !== '')) {
    const at = line.lastIndexOf('=')
    const [theirs, ours] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    if (at <= 0 || ours === '') return { codes, fault: `“${line.trim()}”应写成：本单位的代码=标准代码` }
    if (!known.has(ours)) return { codes, fault: `标准代码中没有“${ours}”，可用：${[...known].join('、')}` }
    codes[theirs] = ours
  }
  return { codes, fault: '' }
}

function editedOf(type: RecordType, form: FormData): Edited {
  const columns: Record<string, string> = {}
  const codes: Record<string, Record<string, string>> = {}
  const faults = new Map<string, string>()
  for (const column of type.table.columns) {
    const theirs = textOf(form, `column-${column.name}`)
    if (theirs !== '' && theirs !== column.name) columns[column.name] = theirs
    if (column.codes === undefined) continue
    const read = readCodes(textOf(form, `codes-${column.name}`), new Set(Object.keys(CODE_LISTS[column.codes])))
    if (read.fault !== '') faults.set(column.name, read.fault)
    if (Object.keys(read.codes).length > 0) codes[column.name] = read.codes
  }
  return { place: textOf(form, 'place'), naming: { columns, codes }, faults }
}

function kept(source: MappedSource, type: RecordType): Edited {
  const mapped = source.records[type.short]
  const naming = { columns: mapped?.columns ?? {}, codes: mapped?.codes ?? {} }
  return { place: placeOf(source, type.short), naming, faults: new Map() }
}

function codeField(type: RecordType, name: string, edited: Edited): Content {
  const column = type.table.columns.find((each) => each.name === name)
  if (column?.codes === undefined) return ''
  const fault = edited.faults.get(name) ?? ''
  const list = Object.entries(CODE_LISTS[column.codes]).map(([code, label]) => html`<li>${code}　${label}</li>`)
  const id = `codes-${name}`
  return html`<textarea class="input" id="${id}" name="${id}" rows="2" aria-label="${column.label}的代码对照"${marked(id, fault)}>${codesText(edited.naming.codes[name])}</textarea>
${fault !== '' && html`<span class="error-text" id="${id}-fault">${fault}</span>`}
<details><summary class="small">标准代码 ${list.length} 个</summary><ul class="small">${list}</ul></details>`
}

function columnRows(type: RecordType, edited: Edited, tried: TriedQuery | undefined): Content[][] {
  const looked = new Map(tried?.columns.map((each) => [each.name, each]))
  return type.table.columns.map(({ name, label, type: kind, required }) => {
    const id = `column-${name}`
    const look = looked.get(name)
    const fault = look?.fault ?? ''
    const input = html`<input class="input" id="${id}" name="${id}" value="${edited.naming.columns[name] ?? ''}" placeholder="${name}" aria-label="${label}在本单位的列名"${marked(id, fault)}>`
    return [
      html`${label}${required && html` <span class="tag grey">必填</span>`}<br><span class="small muted mono">${name}</span>`,
      typeLabels[kind] ?? kind,
      input,
      codeField(type, name, edited),
      look === undefined ? '' : (look.raw ?? html`<span class="muted">没有此列</span>`),
      look === undefined ? '' : [look.read, fault !== '' && html`<div class="error-text" id="${id}-fault">${fault}</div>`],
    ]
  })
}

function triedNotice(tried: TriedQuery, idNumber: string | null): Html {
  const faults = tried.columns.filter(({ fault }) => fault !== '').map(({ label }) => label)
  if (tried.fault !== '') return notice('red', tried.fault)
  if (faults.length > 0) {
    const end = tried.isRefused ? '这一行会被隔离，不能作为答复。' : ''
    return notice('red', `${faults.length} 列有问题：${faults.join('、')}。${end}请在下表中逐列改正。`)
  }
  if (tried.rows === 0) {
    return notice(
      'amber',
      idNumber === null ? '数据中没有任何一行。' : '数据中没有这个号码：会答复“无记录”。请确认号码列映射正确。',
    )
  }
  const many = idNumber === null ? '取了第一行作样例' : `找到 ${tried.rows} 行`
  return notice('green', `${many}，各列都能读懂：号码与姓名相符时会答复“有记录”。`)
}

function editor(
  visit: Visit,
  type: RecordType,
  source: MappedSource,
  edited: Edited,
  tried: TriedQuery | undefined,
  id: string,
): Html {
  const heads = ['标准列', '类型', '本单位的列名', '代码对照（每行：本单位代码=标准代码）', '试查：原文', '试查：读出']
  const place =
    source.kind === 'drop'
      ? false
      : field(
          'place',
          placeLabels[source.kind],
          html`<input class="input" id="place" name="place" value="${edited.place}" required>`,
        )
  return html`<form class="stack" method="post" action="/mapping/${type.short}">${hidden(visit.csrf)}
<section class="card stack-small">${place}
<div class="filters"><div class="field wide"><label for="id">试查的公民身份号码（留空则取一行样例）</label>
<input class="input" id="id" name="id" value="${id}" autocomplete="off"></div>
<button class="button" name="do" value="try">试查</button><button class="button primary" name="do" value="save">保存</button></div>
<p class="small muted">列名留空即与标准列同名。试查只看不改，并记入日志；保存后前置机随即按新映射答复，原配置文件另存一份。</p></section>
<section class="card mapping"><h2>列与代码</h2>${table(
    '列与代码',
    heads.map((label) => ({ label })),
    columnRows(type, edited, tried),
  )}</section></form>`
}

function typeOfName(visit: Visit): RecordType | undefined {
  const record = `${visit.parts.config.unit}/${visit.name}`
  return isRecordName(record) ? recordTypeOf(record) : undefined
}

const gone = (visit: Visit): Reply =>
  pageOf(visit, '/mapping', '数据映射', card('数据映射', empty('没有这个记录类型', '请从数据映射页重新选择。')), 404)

export function mappingPage(visit: Visit): Reply {
  const type = typeOfName(visit)
  const source = currentSource(visit)
  if (type === undefined || source === undefined) return gone(visit)
  const saved =
    source.kind === 'drop'
      ? '已保存，从下一次投放起按新映射读取，不需要重新启动。'
      : '已保存，前置机已按新映射答复，不需要重新启动。'
  const done = visit.query.get('done') === 'saved' && notice('green', saved)
  return pageOf(
    visit,
    '/mapping',
    `数据映射：${type.label}`,
    html`${done}${editor(visit, type, source, kept(source, type), undefined, '')}`,
  )
}

/** The page once more, with what is to be said. */
type Shown = (said: Html, tried: TriedQuery | undefined, status?: number) => Reply

/** The configuration file with the mapping as edited. */
function withMapping(raw: RawConfig, type: RecordType, source: MappedSource, { naming, place }: Edited): RawConfig {
  // a path that was not changed stays as it is written, relative to the file
  const isMoved = place !== placeOf(source, type.short)
  const where = !isMoved ? {} : source.kind === 'csv' ? { file: place } : { table: place }
  const before = raw.source as { records?: Record<string, object> }
  const mapped = { ...before.records?.[type.short], ...where, columns: naming.columns, codes: naming.codes }
  return { ...raw, source: { ...before, records: { ...before.records, [type.short]: mapped } } }
}

/** Tries the edited mapping, or saves it. */
export async function changeMapping(visit: Visit): Promise<Reply> {
  const type = typeOfName(visit)
  const source = currentSource(visit)
  if (type === undefined || source === undefined) return gone(visit)
  const edited = editedOf(type, visit.form)
  const id = textOf(visit.form, 'id')
  const shown: Shown = (said, tried, status = 200) =>
    pageOf(visit, '/mapping', `数据映射：${type.label}`, html`${said}${editor(visit, type, source, edited, tried, id)}`, status)
  if (edited.faults.size > 0) return shown(notice('red', '代码对照有误，请在下表中改正。'), undefined, 422)
  const isSave = textOf(visit.form, 'do') === 'save'
  try {
    return await (isSave ? save(visit, type, source, edited) : tryOut(visit, type, source, edited, shown))
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return shown(notice('red', `${isSave ? '没有保存' : '没有试查'}：${error.message}`), undefined, 422)
  }
}

/** For the log: whom a sample row names, a line each. */
function personsIn({ parties }: RecordType, { columns }: TriedQuery): string {
  return parties.flatMap(({ id }) => columns.find(({ name }) => name === id)?.read || []).join('\n')
}

/** Looks at a row under the mapping once it is one that could be saved: the name of a table goes into the query as it is. */
async function tryOut(visit: Visit, type: RecordType, source: MappedSource, edited: Edited, shown: Shown): Promise<Reply> {
  const { configFile, store, clock } = visit.parts
  const { register, intake } = store
  const id = textOf(visit.form, 'id')
  const checked = mappedSource(checkGatewayConfig(configFile, withMapping(readRaw(configFile), type, source, edited)).source)
  if (checked === undefined) return gone(visit)
  const { value } = id === '' ? { value: null } : readIdNumber(id, todayOf(clock), 150)
  if (id !== '' && value === null) return shown(notice('red', '试查的号码位数或校验位不对。'), undefined, 422)
  const taken = intake === undefined ? undefined : register.listInUse().find((each) => each.record === type.name)
  const look = { source: checked, type, naming: edited.naming, place: placeOf(checked, type.short), idNumber: value, taken }
  const tried = await tryQuery({ ...look, basis: basisToday(register, clock) })
  noteVisit(visit, 'desk_test_query', { subject: type.name, persons: value ?? personsIn(type, tried) })
  return shown(triedNotice(tried, value), tried)
}

async function save(visit: Visit, type: RecordType, source: MappedSource, edited: Edited): Promise<Reply> {
  const { configFile, clock, store } = visit.parts
  const stamp = stampOf(clock.iso(clock.nowMs()))
  const config = changeConfig(configFile, stamp, (raw) => withMapping(raw, type, source, edited))
  await store.replace(config.source)
  const renamed = Object.keys(edited.naming.columns).length
  noteVisit(visit, 'desk_mapping', { subject: type.name, note: `${renamed} columns renamed` })
  return { to: `/mapping/${type.short}?done=saved` }
}
