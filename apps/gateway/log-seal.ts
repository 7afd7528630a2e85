/**
 * Seals what the log says of persons, under a key of the gateway's own: the log proves itself by its chain of hashes
 * without naming anybody, and names whom it must to whoever holds the key. Texts are compressed before they are sealed.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const IV_LENGTH = 12
const TAG_LENGTH = 16
const DIGEST_LENGTH = 32
/** What zstd begins with. */
const ZSTD_MARK = 0xfd2fb528
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** A new key as text: 32 random bytes in base64url. */
export function newLogKey(): string {
  return randomBytes(32).toString('base64url')
}

/** Seals and opens under one key: AES-256-GCM, as nonce, cipher text and tag; texts in base64. An empty text stays empty. */
export class LogSeal {
  readonly #key: KeyObject

  constructor(key: string) {
    this.#key = createSecretKey(Buffer.from(key, 'base64url'))
  }

  /** A digest that nobody without the key can tell from the text: 32 hexadecimal digits. */
  digest(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, DIGEST_LENGTH)
  }

  seal(text: string): string {
    return text === '' ? '' : this.sealText(text).toString('base64')
  }

  /** Opens what `seal` made. Throws when it was altered or sealed under another key. */
  open(sealed: string): string {
    return sealed === '' ? '' : this.openText(Buffer.from(sealed, 'base64'))
  }

  /** A text as bytes. */
  sealText(text: string): Buffer {
    return this.sealPacked(zstdCompressSync(Buffer.from(text), { params }))
  }

  /** A text that is compressed already, or too short for it. */
  sealPacked(packed: Uint8Array): Buffer {
    const iv = randomBytes(IV_LENGTH)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv)
    return Buffer.concat([iv, cipher.update(packed), cipher.final(), cipher.getAuthTag()])
  }

  /** Opens what `sealText` and `sealPacked` made. Throws when it was altered or sealed under another key. */
  openText(sealed: Uint8Array): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH })
    decipher.setAuthTag(sealed.subarray(-TAG_LENGTH))
    const packed = Buffer.concat([decipher.update(sealed.subarray(IV_LENGTH, -TAG_LENGTH)), decipher.final()])
    const isCompressed = packed.length >= 4 && packed.readUInt32LE(0) === ZSTD_MARK
    return (isCompressed ? zstdDecompressSync(packed) : packed).toString('utf8')
  }
}
