import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeFilingQr, readFilingQr } from './filing-qr.ts'

const anyStatement = fc.record({
  caseNo: fc.stringMatching(/^[A-Za-z0-9〔〕号-]{1,40}$/),
  form: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  version: fc.integer({ min: 1, max: 9999 }),
  page: fc.option(fc.integer({ min: 1, max: 999 })),
})

describe('filing code', () => {
  it('F3 reads back what it composed', () => {
    fc.assert(
      fc.property(anyStatement, (each) => {
        expect(readFilingQr(composeFilingQr(each) ?? '')).toEqual(each)
      }),
    )
  })

  it('F3 reads a code behind the address it is printed with', () => {
    const statement = { caseNo: 'AJ2026000123', form: 'notice', version: 1, page: null }
    const code = composeFilingQr(statement) ?? ''
    expect(readFilingQr(`https://yingbao.example.gov.cn/s/${code}`)).toEqual(statement)
    expect(readFilingQr(`http://10.1.2.3:8080/office/s/${code}`)).toEqual(statement)
    expect(readFilingQr(`https://yingbao.example.gov.cn/t/${code}`)).toBeNull()
  })

  it('F2 notices every changed character and every swap of neighbours', () => {
    const text = composeFilingQr({ caseNo: 'AJ-990101-2026-000123', form: 'home-visit', version: 2, page: 3 }) ?? ''
    for (let at = 0; at < text.length; at++) {
      for (const other of '0189azAZ-:') {
        if (text[at] !== other) expect(readFilingQr(text.slice(0, at) + other + text.slice(at + 1))).toBeNull()
      }
      const swapped = `${text.slice(0, at)}${text[at + 1] ?? ''}${text[at] ?? ''}${text.slice(at + 2)}`
      if (swapped !== text) expect(readFilingQr(swapped)).toBeNull()
    }
  })

  it.each(['', 'YB1;A;1;C', 'YB1:A:b:1::000', 'https://example.com'])('F3 refuses %j', (text) => {
    expect(readFilingQr(text)).toBeNull()
  })

  it('refuses to compose a case number with a separator, and page 0', () => {
    expect(composeFilingQr({ caseNo: 'A:B', form: 'notice', version: 1, page: null })).toBeNull()
    expect(composeFilingQr({ caseNo: 'A', form: 'notice', version: 1, page: 0 })).toBeNull()
  })
})
