/** The mapping to the ministry's standards: read on its page, taken as a workbook. It holds no value of a person. */
import { Readable } from 'node:stream'
import { excelStream, type Sheet, type SheetColumn } from '#documents'
import { type Action, type Download, routeAction } from '#platform/action'
import { type DataStandard, downloadDataStandard, type ElementClass, readDataStandard } from '../contract/data-standard.ts'
import { protectionWords, sensitivityWords, standardMarkWords } from '../contract/data-standard-words.ts'
import { dataStandard } from '../data-standard.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const readDataStandardAction: Action = routeAction(readDataStandard, {
  run: async () => dataStandard(),
  journal: () => null,
})

const text = (header: string, key: string, width: number): SheetColumn => ({ header, key, kind: 'text', width })

const elementColumns: readonly SheetColumn[] = [
  text('类别', 'class', 16),
  text('表', 'tableLabel', 22),
  text('表名', 'table', 26),
  text('字段', 'label', 18),
  text('字段名', 'column', 20),
  text('说明', 'definition', 44),
  text('类型', 'type', 16),
  { header: '最大长度', key: 'maxLength', kind: 'number' },
  text('单位', 'unit', 8),
  text('代码表', 'codeListLabel', 16),
  text('代码表名', 'codeList', 18),
  text('标准数据元标识符', 'standardId', 18),
  text('标准数据元名称', 'standardName', 18),
  text('依据的代码或格式标准', 'reference', 24),
  text('敏感程度', 'sensitivity', 16),
  text('本系统的保护', 'protection', 22),
  text('可靠程度', 'mark', 10),
  text('出处', 'source', 36),
]

const listColumns: readonly SheetColumn[] = [
  text('代码表', 'listLabel', 18),
  text('代码表名', 'list', 20),
  text('标准值域标识符', 'standardId', 16),
  text('标准值域名称', 'standardName', 16),
  text('依据的代码标准', 'reference', 20),
  text('代码', 'code', 24),
  text('含义', 'label', 24),
  text('标准代码', 'standardCode', 12),
  text('标准含义', 'standardLabel', 24),
  text('可靠程度', 'mark', 10),
  text('出处', 'source', 30),
]

const noteColumns: readonly SheetColumn[] = [text('项目', 'what', 30), text('内容', 'value', 90)]

function* elementRows({ elements, classes }: DataStandard) {
  const classLabels = new Map<ElementClass, string>(classes.map(({ code, label }) => [code, `${code} ${label}`]))
  for (const element of elements)
    yield {
      ...element,
      class: classLabels.get(element.class) ?? element.class,
      sensitivity: sensitivityWords[element.sensitivity].label,
      protection: protectionWords[element.protection],
      mark: standardMarkWords[element.mark].label,
    }
}

function* codeRows({ lists }: DataStandard) {
  for (const { codes, label: listLabel, mark: listMark, ...list } of lists)
    for (const { mark, ...code } of codes) yield { ...list, listLabel, ...code, mark: standardMarkWords[mark ?? listMark].label }
}

function* noteRows({ compiledOn, standards, classes, sources, counts }: DataStandard) {
  const filled = ({ total, known, blank }: { total: number; known: number; blank: number }) =>
    `共 ${total} 项，已取得 ${known} 项，空缺 ${blank} 项`
  yield { what: '整理日期', value: compiledOn }
  for (const { number, title, inForceOn, replaces, known } of standards)
    yield { what: number, value: `${title}；施行日期：${inForceOn ?? '未取得'}；代替 ${replaces}。${known}` }
  yield { what: '标准数据元标识符', value: filled(counts.elementIds) }
  yield { what: '依据的代码或格式标准', value: filled(counts.references) }
  yield { what: '标准值域标识符', value: filled(counts.listIds) }
  yield { what: '与标准代码的对应', value: filled(counts.codes) }
  for (const { code, label, earlier } of classes)
    yield { what: `类别 ${code}`, value: `${label}（上一代标识以 ${earlier} 开头；与现行 5 大类的对应为推断）` }
  for (const { label, meaning } of Object.values(standardMarkWords)) yield { what: `可靠程度：${label}`, value: meaning }
  for (const { label, meaning } of Object.values(sensitivityWords)) yield { what: `敏感程度：${label}`, value: meaning }
  for (const { title, address } of sources) yield { what: '出处', value: address === '' ? title : `${title} ${address}` }
}

function sheetsOf(standard: DataStandard): Sheet[] {
  return [
    { name: '数据元', columns: elementColumns, rows: elementRows(standard) },
    { name: '代码', columns: listColumns, rows: codeRows(standard) },
    { name: '说明', columns: noteColumns, rows: noteRows(standard) },
  ]
}

export const downloadDataStandardAction: Action = routeAction(downloadDataStandard, {
  async run(): Promise<Download> {
    const standard = dataStandard()
    const body = Readable.from(excelStream(sheetsOf(standard)))
    return { fileName: `数据标准对照-${standard.compiledOn}.xlsx`, mediaType: XLSX, body }
  },
  journal: () => null,
})
