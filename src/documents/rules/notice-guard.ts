/**
 * What a notice on a village board must never show.
 *
 * N1 no text of a notice holds a citizen number, a card or telephone number of a household, not even masked in part;
 * N2 the bureau's own telephone for objections may stand where it belongs.
 */
import type { NoticeRow } from '../contract/index.ts'

const forbidden: readonly { what: string; pattern: RegExp }[] = [
  { what: '公民身份号码', pattern: /(?<!\d)\d{6}[\d*xX·]{8,11}[\dxX](?!\d)|(?<!\d)\d{17}[\dxX](?!\d)/ },
  { what: '银行账号', pattern: /(?<!\d)\d{12,19}(?!\d)/ },
  { what: '电话号码', pattern: /(?<!\d)1[3-9][\d*]{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)/ },
]

/** Every fault of a notice's rows, as a sentence that says where and what; empty when it may be posted. */
export function noticeFaults(rows: readonly NoticeRow[]): string[] {
  return rows.flatMap((row, index) =>
    Object.values(row).flatMap((value) => {
      if (typeof value !== 'string') return []
      const found = forbidden.find(({ pattern }) => pattern.test(value))
      return found === undefined ? [] : [`公示单第${index + 1}行含有${found.what}，不得公示，请删去后再打印`]
    }),
  )
}
