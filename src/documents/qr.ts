import { createPublicKey, type KeyLike, type KeyObject, verify } from 'node:crypto'
import QRCode from 'qrcode'
import { type QrStatement, readQr } from './rules/qr.ts'

/** A public key as a KeyObject, as PEM text, or as the raw 32 bytes of an Ed25519 key. */
export type PublicKeyInput = KeyObject | string | Uint8Array

const rawKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex')

function publicKey(key: PublicKeyInput): KeyLike {
  if (typeof key === 'string') return createPublicKey(key)
  if (key instanceof Uint8Array) return createPublicKey({ key: Buffer.concat([rawKeyPrefix, key]), format: 'der', type: 'spki' })
  return key
}

/**
 * Checks the text of a report's QR code against the bureau's Ed25519 public key, without a database or network.
 * Returns the signed statement, or null when the text is no code of ours or the signature does not hold.
 */
export function verifyQr(text: string, key: PublicKeyInput): QrStatement | null {
  const code = readQr(text)
  if (code === null) return null
  const genuine = verify(null, Buffer.from(code.signed, 'utf8'), publicKey(key), Buffer.from(code.signature, 'base64url'))
  return genuine ? code.statement : null
}

/** The QR code of a text as an SVG document, error correction M, quiet zone of 2 modules. */
export function qrSvg(text: string): string {
  const code = QRCode.create(text, { errorCorrectionLevel: 'M' })
  const size = code.modules.size
  const quiet = 2
  const path: string[] = []
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const from = column
      while (column < size && code.modules.get(row, column)) column++
      if (column > from) path.push(`M${from + quiet} ${row + quiet}h${column - from}v1h-${column - from}z`)
    }
  }
  const side = size + 2 * quiet
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${path.join('')}"/></svg>`
}
