import canonicalize from 'canonicalize'
import type { Envelope } from '../contract/envelope.ts'

/**
 * The form of `signature`. The standard says "over header and message" and shows a line in the style of HTTP signatures; what is signed
 * exactly it leaves open. Ours: `digest` is SHA-256 of the canonical JSON (RFC 8785) of {header, message}; signed are three lines.
 */

export interface SignatureParts {
  readonly senderId: string
  readonly keyId: string
  /** Seconds since 1970. */
  readonly created: number
  readonly expires: number
  /** Base64. */
  readonly value: string
}

/** The bytes whose SHA-256 is the digest: canonical JSON of header and message. Throws for a value that JSON has not. */
export function canonicalText(envelope: Envelope): string {
  const { header, message } = envelope
  return canonicalize(message === undefined ? { header } : { header, message }) ?? ''
}

/** The text that is signed. `digest` is in base64. */
export function signedText(created: number, expires: number, digest: string): string {
  return `(created): ${created}\n(expires): ${expires}\ndigest: SHA-256=${digest}`
}

/** The signature as it stands in a message. */
export function writeSignature(parts: SignatureParts): string {
  const { senderId, keyId, created, expires, value } = parts
  return (
    `Signature: namespace="dci", kidId="${senderId}|${keyId}|ed25519", algorithm="ed25519", created="${created}", ` +
    `expires="${expires}", headers="(created) (expires) digest", signature="${value}"`
  )
}

/** Reads a signature; undefined when the text is none of this form. */
export function readSignature(text: string): SignatureParts | undefined {
  const fields = new Map([...text.matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, name, value]) => [name, value ?? '']))
  const [senderId, keyId, algorithm] = (fields.get('kidId') ?? '').split('|')
  const value = fields.get('signature') ?? ''
  const [created, expires] = [fields.get('created'), fields.get('expires')].map((time) => Number(time || Number.NaN))
  if (!senderId || !keyId || value === '' || !Number.isSafeInteger(created) || !Number.isSafeInteger(expires)) return undefined
  if (algorithm !== 'ed25519' || (fields.get('algorithm') ?? 'ed25519') !== 'ed25519') return undefined
  return { senderId, keyId, created: created as number, expires: expires as number, value }
}
