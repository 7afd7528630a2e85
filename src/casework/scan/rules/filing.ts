/**
 * What becomes of a scanned page. Pure.
 *
 * S1 it files itself only by one code that a person would read the same way: one case in sight, one form, a version that was printed;
 * S2 what is doubtful waits for a person, with the reason in words; nothing is dropped;
 * S3 a page that is there already is kept as a repetition and filed no second time.
 */
import type { FilingStatement } from '#documents'
import { filedForm } from '../../papers/rules/paper-forms.ts'
import { formLabel } from '../../procedure/rules/case-words.ts'

/** Where a code leads: what the case has of the form. */
export interface FilingSlot {
  readonly statement: FilingStatement
  /** the case is there and in the sight of whoever scanned */
  readonly seen: boolean
  /** newest version that was printed of the form; 0 for none */
  readonly newest: number
  /** a scan of the same form, version and page is filed with the case */
  readonly taken: boolean
}

export interface PageFacts {
  readonly unreadable: boolean
  readonly blank: boolean
  /** where the same page is already, in words */
  readonly known: string | null
  readonly slots: readonly FilingSlot[]
}

export type Filing =
  | { readonly state: 'filed'; readonly statement: FilingStatement; readonly form: string; readonly remark: string | null }
  | { readonly state: 'waiting' | 'repeated'; readonly remark: string }

const waiting = (remark: string): Filing => ({ state: 'waiting', remark })

function whereOf({ form, version, page }: FilingStatement): string {
  return `${formLabel(filedForm(form) ?? form)}第 ${version} 版${page === null ? '' : `第 ${page} 页`}`
}

/** Decides what becomes of a page. */
export function decideFiling({ unreadable, blank, known, slots }: PageFacts): Filing {
  if (unreadable) return waiting('这一页打不开，请重新扫描；原文件仍保留')
  if (known !== null) return { state: 'repeated', remark: `与${known}是同一页，没有重复归档` }
  const [slot, second] = slots
  if (slot === undefined) return waiting(blank ? '看起来是空白页' : '没有读到归档二维码，请手工归档')
  if (second !== undefined) return waiting('这一页有几个不同的归档二维码，请看清后手工归档')
  const { statement, seen, newest, taken } = slot
  const { caseNo, form, version } = statement
  const filed = filedForm(form)
  if (form === 'notice' || form === 'long-term-notice') {
    return waiting(`这是公示单 ${caseNo}，不归入个案：请在公示页面登记张贴照片`)
  }
  if (!seen) return waiting(`案件 ${caseNo} 不在您的辖区内或不存在，请交有权办理的人员归档`)
  if (filed === null) return waiting(`二维码中的材料种类“${form}”不认识，请手工归档`)
  if (version > newest) return waiting(`系统没有为案件 ${caseNo} 打印过${whereOf(statement)}，请核对后手工归档`)
  if (taken) return waiting(`案件 ${caseNo} 的${whereOf(statement)}已有扫描件：要换成或补上这一页，请手工归档`)
  const remark = version < newest ? `扫描的是第 ${version} 版，最新打印的是第 ${newest} 版，请核对内容有没有变化` : null
  return { state: 'filed', statement, form: filed, remark }
}
