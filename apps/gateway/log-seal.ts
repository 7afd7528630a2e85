/**
 * Seals what the log says of persons, under a key of the gateway's own: the log proves itself by its chain of hashes
 * without naming anybody, and names whom it must to whoever holds the key. Lists are compressed before they are sealed.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const IV_LENGTH = 12
const TAG_LENGTH = 16
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** A new key as text: 32 random bytes in base64url. */
export function newLogKey(): string {
  return randomBytes(32).toString('base64url')
}

/** Seals and opens texts under one key: AES-256-GCM, as base64 of nonce, cipher text and tag. An empty text stays empty. */
export class LogSeal {
  readonly #key: KeyObject

  constructor(key: string) {
    this.#key = createSecretKey(Buffer.from(key, 'base64url'))
  }

  seal(text: string): string {
    if (text === '') return ''
    const iv = randomBytes(IV_LENGTH)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    const packed = zstdCompressSync(Buffer.from(text), { params })
    return Buffer.concat([iv, cipher.update(packed), cipher.final(), cipher.getAuthTag()]).toString('base64')
  }

  /** Opens what `seal` made. Throws when it was altered or sealed under another key. */
  open(sealed: string): string {
    if (sealed === '') return ''
    const bytes = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH })
    decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
    const packed = Buffer.concat([decipher.update(bytes.subarray(IV_LENGTH, -TAG_LENGTH)), decipher.final()])
    return zstdDecompressSync(packed).toString('utf8')
  }
}
