/** Signatures as headers carry them: 64 bytes in base64url. */
const SIGNATURE_LENGTH = 64

/** The bytes of a signature; null when the text is another length or not the one way to write them. */
export function signatureBytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === SIGNATURE_LENGTH && bytes.toString('base64url') === text ? bytes : null
}
