import { createHash } from 'node:crypto'
import { flattenedDecrypt } from 'jose'
import { z } from 'zod'
import { signBytes, verifyBytes } from '#platform/crypto'
import type { Envelope } from '../contract/index.ts'
import { canonicalText, readSignature, signedText, writeSignature } from '../rules/signature-form.ts'
import type { PartnerRow } from '../store/partners.ts'
import { type DciDeps, Refusal } from './deps.ts'
import { keyIdOf } from './tokens.ts'

/** Signatures of messages: ours are written, the partners' are checked. Also the opening of encrypted messages. */

const LIVES_SECONDS = 600

/** SHA-256 of the canonical header and message: what a signature is over, and (keyed) what makes two messages the same. */
export function messageHash(envelope: Envelope): Buffer {
  return createHash('sha256').update(canonicalText(envelope), 'utf8').digest()
}

/** The message with our signature, as text. */
export async function signEnvelope(deps: Pick<DciDeps, 'keys' | 'clock'>, senderId: string, envelope: Envelope): Promise<string> {
  const created = Math.floor(deps.clock.nowMs() / 1000)
  const expires = created + LIVES_SECONDS
  const text = signedText(created, expires, messageHash(envelope).toString('base64'))
  const value = signBytes(deps.keys.signing, Buffer.from(text, 'utf8')).toString('base64')
  const keyId = await keyIdOf(deps.keys.signing.publicKey)
  return JSON.stringify({ signature: writeSignature({ senderId, keyId, created, expires, value }), ...envelope })
}

/**
 * Checks the signature of a message of a partner; throws Refusal. A text that is no signature is refused, unless the partner's record lists
 * exactly this text as standing for none and the partner need not sign; a signature that is one must hold, also where none is needed.
 */
export function checkSignature(deps: Pick<DciDeps, 'clock'>, partner: PartnerRow, envelope: Envelope): void {
  const parts = envelope.signature === undefined ? undefined : readSignature(envelope.signature)
  if (parts === undefined) {
    const text = envelope.signature ?? ''
    if (text !== '' && !partner.signature_stubs.includes(text)) {
      throw new Refusal('err.signature.invalid', '签名的写法不对，也不是为该合作方登记的占位文字，请见接口说明')
    }
    if (partner.needs_signature) throw new Refusal('err.signature.missing', '报文缺少签名')
    return
  }
  const now = Math.floor(deps.clock.nowMs() / 1000)
  const key = parts.senderId === partner.partner_id ? partner.sign_keys[parts.keyId] : undefined
  if (key === undefined) throw new Refusal('err.signature.invalid', '签名所用的密钥没有登记在该合作方名下')
  if (parts.expires < now || parts.created > now + LIVES_SECONDS) throw new Refusal('err.signature.invalid', '签名已过有效时间')
  const text = signedText(parts.created, parts.expires, messageHash(envelope).toString('base64'))
  if (!verifyBytes(key, Buffer.from(text, 'utf8'), Buffer.from(parts.value, 'base64'))) {
    throw new Refusal('err.signature.invalid', '签名与报文内容不符')
  }
}

const Encrypted = z.looseObject({
  header: z.looseObject({ alg: z.literal('ECDH-ES+A256KW'), enc: z.literal('A256GCM'), kid: z.string() }),
  ciphertext: z.string(),
  encrypted_key: z.string(),
  tag: z.string(),
  iv: z.string(),
})

/** The message in clear: as it is, or opened when it is encrypted for us. Throws Refusal. */
export async function openMessage(deps: Pick<DciDeps, 'keys'>, envelope: Envelope, isEncrypted: boolean): Promise<unknown> {
  const { message } = envelope
  if (!isEncrypted && (message === undefined || !('ciphertext' in message))) return message
  const given = Encrypted.safeParse(message)
  if (!given.success) {
    throw new Refusal(
      'err.encryption.invalid',
      '密文报文应为 ECDH-ES+A256KW 与 A256GCM，写明 header、encrypted_key、iv、ciphertext、tag',
    )
  }
  const { publicKey, privateKey } = deps.keys.box
  try {
    const key = { kty: 'OKP', crv: 'X25519', x: publicKey, d: privateKey, alg: 'ECDH-ES+A256KW' }
    const { plaintext } = await flattenedDecrypt(given.data, key)
    return JSON.parse(Buffer.from(plaintext).toString('utf8'))
  } catch {
    throw new Refusal('err.encryption.invalid', '密文报文不能解开：不是用本系统公布的密钥加密，或内容被改动')
  }
}
