import { describe, expect, it } from 'vitest'
import { decideFiling, type FilingSlot } from './filing.ts'

const statement = { caseNo: 'AJ2026000001', form: 'application', version: 2, page: 1 }
const slot: FilingSlot = { statement, seen: true, newest: 2, taken: false }
const page = { unreadable: false, blank: false, known: null, slots: [slot] }

describe('what becomes of a scanned page', () => {
  it('files itself by its one code, and says when a newer version was printed', () => {
    expect(decideFiling(page)).toEqual({ state: 'filed', statement, form: 'application', remark: null })
    const older = decideFiling({ ...page, slots: [{ ...slot, newest: 3 }] })
    expect(older).toMatchObject({ state: 'filed', remark: expect.stringContaining('第 2 版，最新打印的是第 3 版') })
  })

  it('is no second time filed', () => {
    const known = decideFiling({ ...page, known: '“A.pdf”第 1 页' })
    expect(known).toEqual({ state: 'repeated', remark: '与“A.pdf”第 1 页是同一页，没有重复归档' })
  })

  it('waits for a person whenever it could be read in another way, with the reason', () => {
    const doubtful: [Parameters<typeof decideFiling>[0], string][] = [
      [{ ...page, unreadable: true }, '打不开'],
      [{ ...page, slots: [] }, '没有读到归档二维码'],
      [{ ...page, slots: [], blank: true }, '空白页'],
      [{ ...page, slots: [slot, { ...slot, statement: { ...statement, page: 2 } }] }, '几个不同的'],
      [{ ...page, slots: [{ ...slot, seen: false }] }, '不在您的辖区内或不存在'],
      [{ ...page, slots: [{ ...slot, newest: 1 }] }, '没有为案件 AJ2026000001 打印过申请书第 2 版第 1 页'],
      [{ ...page, slots: [{ ...slot, taken: true }] }, '已有扫描件'],
      [{ ...page, slots: [{ ...slot, statement: { ...statement, form: 'unheard-of' } }] }, '不认识'],
      [
        { ...page, slots: [{ ...slot, statement: { ...statement, caseNo: 'GS2026000001', form: 'notice' } }] },
        '公示单 GS2026000001',
      ],
    ]
    for (const [facts, words] of doubtful) {
      expect(decideFiling(facts)).toMatchObject({ state: 'waiting', remark: expect.stringContaining(words) })
    }
  })
})
