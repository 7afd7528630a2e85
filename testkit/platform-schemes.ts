/**
 * For tests: how the platforms of the shipped connectors check a call. Written from the descriptions of the schemes alone,
 * without the gateway's own code, and with another implementation of SM3 and SM4.
 */
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { sm4 } from 'sm-crypto-v2'
import { jsonOf, type PlatformCallSeen, type PlatformReplyGiven, type PlatformScheme } from './sharing-platform.ts'

/** Rows by citizen number, in the platform's own words. */
export type PlatformRows = Readonly<Record<string, readonly object[]>>

const MINUTE_MS = 60_000

/** What a scheme can be told while it runs. */
export interface SchemeState {
  /** how far the platform's clock is ahead */
  aheadMs: number
  /** the page, or the cursor, it answers with instead of the one asked for */
  stuck: boolean
  /** how many rows fewer it answers with than it announces */
  short: number
}

/** A scheme in its usual state. */
export function usualState(): SchemeState {
  return { aheadMs: 0, stuck: false, short: 0 }
}

const now = (state: SchemeState): number => Date.now() + state.aheadMs
const reply = (body: object, status = 200): PlatformReplyGiven => ({ status, body })
const hmac = (text: string, key: string): string => createHmac('sha256', key).update(text).digest('base64')
const header = (call: PlatformCallSeen, name: string): string => String(call.headers[name] ?? '')
const isFresh = (time: string, span: number, state: SchemeState): boolean => Math.abs(now(state) - Number(time)) <= span

/** National platform: a secret per service for a limited time; an unknown person has code 1002. */
export function nationalScheme(
  rows: PlatformRows,
  keys: { rid: string; sid: string; appKey: string },
  state: SchemeState & { secretMs: number; revoked: Set<string> },
): PlatformScheme {
  const secrets = new Map<string, number>()
  const session = (call: PlatformCallSeen): PlatformReplyGiven => {
    const asked = jsonOf(call.body)
    const signed = `${asked.gjgxjhpt_sid}${asked.gjgxjhpt_rid}${asked.gjgxjhpt_rtime}`
    const known = asked.gjgxjhpt_rid === keys.rid && asked.gjgxjhpt_sid === keys.sid
    if (!known || asked.gjgxjhpt_sign !== hmac(signed, keys.appKey))
      return reply({ code: 'E-106', message: '不在授权列表', data: '' })
    const secret = createHash('md5')
      .update(`${secrets.size}${now(state)}`)
      .digest('hex')
    const end = now(state) + state.secretMs
    secrets.set(secret, end)
    const inner = createHash('sha1').update(keys.appKey).digest()
    const aesKey = createHash('sha1').update(inner).digest().subarray(0, 16)
    const cipher = createCipheriv('aes-128-cbc', aesKey, 'AESCBCPKCS5Paddi')
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]).toString('base64')
    return reply({ code: '0', message: '', data: { secret: sealed, secretEndTime: String(end) } })
  }
  return (call) => {
    if (call.path === '/sysapi/auth/refreshappsecret') return session(call)
    const [rid, sid, time] = [header(call, 'gjgxjhpt_rid'), header(call, 'gjgxjhpt_sid'), header(call, 'gjgxjhpt_rtime')]
    const secret = [...secrets.keys()].find((each) => hmac(`${sid}${rid}${time}`, each) === header(call, 'gjgxjhpt_sign'))
    if (secret === undefined || rid !== keys.rid || sid !== keys.sid) return reply({ message: '签名错误' }, 403)
    if (state.revoked.has(secret) || (secrets.get(secret) ?? 0) < now(state)) return reply({ message: '密钥已过期' }, 401)
    const found = rows[String(jsonOf(call.body).sfzh)]
    return found ? reply({ code: '0', data: found }) : reply({ code: '1002', message: '查无数据', data: null })
  }
}

/** Shandong: time within ten minutes, every nonce once; pages by number. */
export function nonceScheme(rows: PlatformRows, keys: { clientId: string; secret: string }, state: SchemeState): PlatformScheme {
  const nonces = new Set<string>()
  return (call) => {
    const [id, time, nonce] = [header(call, 'x-client-id'), header(call, 'x-timestamp'), header(call, 'x-nonce')]
    if (id !== keys.clientId || header(call, 'x-signature') !== hmac(`${id}${time}${nonce}`, keys.secret)) {
      return reply({ code: 401, message: '签名错误' }, 401)
    }
    if (!isFresh(time, 10 * MINUTE_MS, state)) return reply({ code: 401, message: '时间戳失效' }, 401)
    if (nonce === '' || nonces.has(nonce)) return reply({ code: 403, message: '重复请求' }, 403)
    nonces.add(nonce)
    const found = rows[call.query.get('sfzh') ?? '']
    if (!found) return reply({ code: 404, message: '无数据' })
    const page = state.stuck ? 1 : Number(call.query.get('PAGE'))
    const size = Number(call.query.get('PAGENUM'))
    const list = found.slice((page - 1) * size, page * size).slice(0, found.length - state.short - (page - 1) * size)
    return reply({ code: 200, data: { total: found.length, list } })
  }
}

function pageOf(rows: PlatformRows, asked: Record<string, unknown>, state: SchemeState): PlatformReplyGiven {
  const [[condition] = []] = asked.whereList as { queryField: string; queryValue: string }[][]
  const found = condition?.queryField === 'sfzh' ? rows[condition.queryValue] : undefined
  if (!found || typeof asked.page !== 'number') return reply({ code: '1', message: '无数据' })
  const page = state.stuck ? 1 : asked.page
  const size = Number(asked.pageSize)
  return reply({ code: '0', data: { page, total: found.length, rows: found.slice((page - 1) * size, page * size) } })
}

/** Beijing's draft: a token for the authorisation code, calls signed with it; the answer repeats the number of the page. */
export function tokenScheme(
  rows: PlatformRows,
  keys: { requester: string; service: string; authorisationCode: string },
  state: SchemeState & { tokenSeconds: number; ended: Set<string>; tokens: string[] },
): PlatformScheme {
  const session = ({ code, rid }: Record<string, unknown>): PlatformReplyGiven => {
    if (code !== keys.authorisationCode || rid !== keys.requester) return reply({ code: '403', message: '授权码无效' })
    const token = createHash('md5').update(`${state.tokens.length}`).digest('hex')
    state.tokens.push(token)
    return reply({ code: '0', data: { token, expiresIn: state.tokenSeconds } })
  }
  return (call) => {
    if (call.path === '/token') return session(jsonOf(call.body))
    const [rid, sid, time] = [header(call, 'rid'), header(call, 'sid'), header(call, 'rtime')]
    const token = state.tokens.find((each) => hmac(`${rid}${sid}${time}`, each) === header(call, 'sign'))
    if (token === undefined || rid !== keys.requester || sid !== keys.service) return reply({ code: '403', message: '无权限' })
    if (state.ended.has(token)) return reply({ code: '401', message: '令牌失效' })
    if (!isFresh(time, 5 * MINUTE_MS, state)) return reply({ code: '403', message: '请求时间失效' })
    return pageOf(rows, jsonOf(call.body), state)
  }
}

/** A city's hub: sha1 over key, secret and time, one hour; a cursor leads on, rows are encrypted with SM4. */
export function sha1Scheme(
  rows: PlatformRows,
  keys: { appKey: string; appSecret: string; sm4Key: string },
  state: SchemeState,
): PlatformScheme {
  return (call) => {
    const time = header(call, 'timestamp')
    const expected = createHash('sha1').update(`${keys.appKey}${keys.appSecret}${time}`).digest('hex')
    if (header(call, 'appkey') !== keys.appKey || header(call, 'signature') !== expected) return reply({ errcode: 401 })
    if (!isFresh(time, 60 * MINUTE_MS, state)) return reply({ errcode: 401 })
    const asked = jsonOf(call.body)
    const found = rows[String(asked.sfzh)]
    if (!found) return reply({ errcode: 404, errmsg: '无数据' })
    const from = Number(asked.cursor || 0)
    const to = from + Number(asked.limit)
    const next = state.stuck ? '2' : to < found.length ? String(to) : ''
    const encrypted = found.slice(from, to).map((row) => sm4.encrypt(JSON.stringify(row), keys.sm4Key))
    return reply({ errcode: 0, next_cursor: next, encrypt_data: encrypted })
  }
}
