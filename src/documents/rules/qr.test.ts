import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeQr, type QrStatement, qrLimit, qrStatementText, readQr } from './qr.ts'

const statement: QrStatement = {
  reportNo: 'HD-990101-2026-000123',
  version: 2,
  conclusion: 'undetermined',
  signedOn: '2026-09-03',
  validTo: '2027-03-02',
  keyId: 'bureau-2026',
  contentHash: '0123456789abcdef'.repeat(4),
}
const signature = `${'Ab-_'.repeat(21)}xy`

const anyStatement = fc.record({
  reportNo: fc.stringMatching(/^[A-Za-z0-9〔〕号-]{1,40}$/),
  version: fc.integer({ min: 1, max: 999 }),
  conclusion: fc.constantFrom('consistent' as const, 'inconsistent' as const, 'undetermined' as const, null),
  signedOn: fc.constant('2026-09-03'),
  validTo: fc.constant('2027-03-02'),
  keyId: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
  contentHash: fc.stringMatching(/^[0-9a-f]{64}$/),
})

describe('QR code of a report', () => {
  it('Q1 stays within 300 characters', () => {
    expect(composeQr(statement, signature)?.length).toBeLessThanOrEqual(qrLimit)
  })

  it('Q2 signs every part: changing any of them changes the signed text', () => {
    const changes: Partial<QrStatement>[] = [
      { reportNo: 'X' },
      { version: 3 },
      { conclusion: 'consistent' },
      { signedOn: '2026-09-04' },
      { validTo: '2027-03-03' },
      { keyId: 'other' },
      { contentHash: 'f'.repeat(64) },
    ]
    const texts = changes.map((change) => qrStatementText({ ...statement, ...change }))
    expect(new Set([qrStatementText(statement), ...texts]).size).toBe(changes.length + 1)
  })

  it('Q3 reads back what it composed', () => {
    fc.assert(
      fc.property(anyStatement, (each) => {
        const text = composeQr(each, signature)
        expect(readQr(text ?? '')).toEqual({ statement: each, signed: qrStatementText(each), signature })
      }),
    )
  })

  it.each([
    '',
    'https://example.com/',
    'YB1;A;1;C',
    `YB2;${qrStatementText(statement).slice(4)};${signature}`,
    `${qrStatementText(statement)};short`,
    `${qrStatementText(statement)}`,
  ])('Q3 refuses %j', (text) => {
    expect(readQr(text)).toBeNull()
  })

  it('refuses to compose a number with a separator in it', () => {
    expect(composeQr({ ...statement, reportNo: 'A;B' }, signature)).toBeNull()
  })
})
