import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { qrSvg, verifyQr } from './qr.ts'
import { composeQr, type QrStatement, qrStatementText } from './rules/qr.ts'

const keys = generateKeyPairSync('ed25519')
const statement: QrStatement = {
  reportNo: 'HD-1',
  version: 1,
  conclusion: 'consistent',
  signedOn: '2026-09-03',
  validTo: '2027-03-02',
  keyId: 'k1',
  contentHash: 'ab'.repeat(32),
}

function signed(each: QrStatement): string {
  return composeQr(each, sign(null, Buffer.from(qrStatementText(each)), keys.privateKey).toString('base64url')) ?? ''
}

describe('offline check of a QR code', () => {
  it('gives the statement of a genuine code', () => {
    expect(verifyQr(signed(statement), keys.publicKey)).toEqual(statement)
  })

  it('takes the key as PEM and as raw bytes too', () => {
    const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const raw = Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    expect(verifyQr(signed(statement), pem)).toEqual(statement)
    expect(verifyQr(signed(statement), raw)).toEqual(statement)
  })

  it.each([
    ['the conclusion', (text: string) => text.replace(';C;', ';I;')],
    ['the date', (text: string) => text.replace('2027-03-02', '2028-03-02')],
    ['the hash', (text: string) => text.replace('abab', 'abac')],
    ['the number', (text: string) => text.replace('HD-1', 'HD-2')],
  ])('refuses a code in which %s was changed', (_what, change) => {
    expect(verifyQr(change(signed(statement)), keys.publicKey)).toBeNull()
  })

  it('refuses the key of somebody else', () => {
    expect(verifyQr(signed(statement), generateKeyPairSync('ed25519').publicKey)).toBeNull()
  })
})

it('draws a QR code with a quiet zone', () => {
  const svg = qrSvg(signed(statement))
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 (\d+) \1"/)
  expect(svg).toContain('M2 2h7v1h-7z')
  expect(svg).not.toContain('M0 0h1')
})
