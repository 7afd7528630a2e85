import { calculateJwkThumbprint, compactVerify, type JWK, SignJWT } from 'jose'
import { z } from 'zod'
import { type Sql, wholeScope, withTransaction } from '#platform/db'
import { checkPassword } from '#platform/password-hash'
import { findPartner, listRights, type PartnerRow } from '../store/partners.ts'
import { type DciDeps, Refusal } from './deps.ts'
import { overRate } from './rate.ts'

/** Access of partners: client credentials for a bearer token, and the token for the partner. Also the keys we publish. */

const ISSUER = 'yingbao-dci'
const LIVES_SECONDS = 3600
/** Tries of one client's secret in a minute. */
const TRIES = 20

const TokenRequest = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().min(1).max(200),
  client_secret: z.string().min(1).max(500),
})

/** The installation's signing key as a JWK, with the thumbprint (RFC 7638) as its id. */
async function signingJwk(deps: Pick<DciDeps, 'keys'>): Promise<JWK & { kid: string }> {
  const key = { kty: 'OKP', crv: 'Ed25519', x: deps.keys.signing.publicKey }
  return { ...key, kid: await calculateJwkThumbprint(key), use: 'sig', alg: 'EdDSA' }
}

/** Key id of a partner's (or our own) Ed25519 public key. */
export function keyIdOf(publicKey: string): Promise<string> {
  return calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicKey })
}

/** `/.well-known/jwks.json`: the key that signs our messages and the one that messages to us may be encrypted for. */
export async function publishedKeys(deps: Pick<DciDeps, 'keys'>): Promise<{ keys: JWK[] }> {
  const box = { kty: 'OKP', crv: 'X25519', x: deps.keys.box.publicKey }
  const boxKey = { ...box, kid: await calculateJwkThumbprint(box), use: 'enc', alg: 'ECDH-ES+A256KW' }
  return { keys: [await signingJwk(deps), boxKey] }
}

function seconds(deps: Pick<DciDeps, 'clock'>): number {
  return Math.floor(deps.clock.nowMs() / 1000)
}

/** Gives a token for a client's id and secret. Throws Refusal; which of the two was wrong is not told. */
export async function issueToken(
  deps: DciDeps,
  form: unknown,
): Promise<{ access_token: string; token_type: string; expires_in: string }> {
  const asked = TokenRequest.safeParse(form)
  if (!asked.success) {
    throw new Refusal('err.request.bad', '应以表单提交 grant_type=client_credentials、client_id 和 client_secret')
  }
  const { client_id: id, client_secret: secret } = asked.data
  if (overRate(`token:${id}`, TRIES, deps.clock.nowMs()))
    throw new Refusal('err.request.too_many_requests', '尝试过于频繁，请一分钟后再试')
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => findPartner(tx, id))
  const matches = partner !== undefined && (await checkPassword(secret, partner.secret_hash))
  if (partner === undefined || !matches || partner.disabled) {
    deps.log.warn('a DCI client was not given a token', { client: id })
    throw new Refusal('err.request.unauthorized', 'client_id 或 client_secret 不对，或该合作方已停用')
  }
  const now = seconds(deps)
  const { kid, ...jwk } = await signingJwk(deps)
  const token = await new SignJWT({ scope: 'registry' })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(partner.partner_id)
    .setIssuedAt(now)
    .setExpirationTime(now + LIVES_SECONDS)
    .sign({ ...jwk, d: deps.keys.signing.privateKey })
  return { access_token: token, token_type: 'bearer', expires_in: String(LIVES_SECONDS) }
}

const Claims = z.object({ iss: z.literal(ISSUER), aud: z.literal(ISSUER), sub: z.string(), exp: z.number(), iat: z.number() })

/** Whose token a call carries; throws Refusal. */
async function subjectOf(deps: DciDeps, authorization: string | undefined): Promise<string> {
  const token = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) throw new Refusal('err.request.unauthorized', '缺少令牌：请在 Authorization 中写 Bearer 令牌')
  try {
    const { payload } = await compactVerify(token, await signingJwk(deps), { algorithms: ['EdDSA'] })
    const claims = Claims.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (claims.exp > seconds(deps)) return claims.sub
  } catch {
    throw new Refusal('err.request.unauthorized', '令牌无效')
  }
  throw new Refusal('err.request.unauthorized', '令牌已过期，请重新领取')
}

/** The partner a token belongs to, allowed to do what it is about to; throws Refusal. */
export async function authenticate(
  deps: DciDeps,
  authorization: string | undefined,
  as: 'asker' | 'registry',
): Promise<PartnerRow> {
  const partnerId = await subjectOf(deps, authorization)
  const partner = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => findPartner(tx, partnerId))
  if (partner === undefined || partner.disabled) throw new Refusal('err.request.forbidden', '该合作方已停用')
  if (as === 'asker' ? !partner.is_asker : !partner.is_registry) {
    throw new Refusal(
      'err.request.forbidden',
      as === 'asker' ? '该合作方没有查询本登记系统的权限' : '该合作方不是本系统的查询对象',
    )
  }
  if (overRate(`call:${partnerId}`, partner.per_minute, deps.clock.nowMs())) {
    throw new Refusal('err.request.too_many_requests', `每分钟最多 ${partner.per_minute} 次，请稍后再试`)
  }
  return partner
}

/** Refuses a partner that has no right at all for this kind of call. */
export async function checkAnyRight(sql: Sql, partner: PartnerRow, events: boolean): Promise<void> {
  const rights = await listRights(sql, partner.partner_id)
  if (rights.some((right) => !events || right.events.length > 0)) return
  throw new Refusal('err.request.forbidden', events ? '该合作方没有订阅的权限' : '该合作方没有查询的权限')
}
