/** Carries out the steps of a connector: the whole of what a description can compute. */
import { createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { ConnectorStep, Decrypting } from '#sources/contract'
import type { GatewayClock } from '../clock.ts'
import { fill, type Scope, TemplateFault } from './templates.ts'

/** Decrypts what a description says; the plain bytes as UTF-8 text. Throws when the key or the text does not fit. */
export function decrypt(step: Decrypting, scope: Scope): string {
  const key = Buffer.from(fill(step.key, scope), step.keyFrom)
  const iv = step.iv === '' ? null : Buffer.from(fill(step.iv, scope), 'utf8')
  const decipher = createDecipheriv(step.decrypt, key, iv)
  const bytes = Buffer.from(fill(step.of, scope), step.from)
  return Buffer.concat([decipher.update(bytes), decipher.final()]).toString('utf8')
}

function resultOf(step: ConnectorStep, scope: Scope, clock: GatewayClock): string {
  if ('clock' in step) {
    const now = clock.nowMs()
    return String(step.clock === 'milliseconds' ? now : Math.floor(now / 1000))
  }
  if ('random' in step) return randomBytes(step.random).toString('hex')
  if ('text' in step) return fill(step.text, scope)
  if ('decrypt' in step) return decrypt(step, scope)
  const of = fill(step.of, scope)
  if ('hmac' in step) {
    const key = Buffer.from(fill(step.key, scope), step.keyFrom)
    return createHmac(step.hmac, key).update(of, 'utf8').digest(step.as)
  }
  const digest = createHash(step.hash).update(Buffer.from(of, step.from)).digest()
  return digest.subarray(0, step.bytes ?? digest.length).toString(step.as)
}

/** Carries out steps one after another: the scope with what they set. Throws TemplateFault. */
export function runSteps(steps: readonly ConnectorStep[], scope: Scope, clock: GatewayClock): Scope {
  let known = scope
  for (const step of steps) {
    try {
      known = { ...known, [step.set]: resultOf(step, known, clock) }
    } catch (error) {
      if (error instanceof TemplateFault) throw error
      throw new TemplateFault(`步骤“${step.set}”无法完成：密钥或密文不符`, { cause: error })
    }
  }
  return known
}
