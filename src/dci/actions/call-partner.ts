import { z } from 'zod'
import type { PartnerRow } from '../store/partners.ts'
import type { DciDeps } from './deps.ts'

/** Calls to a partner's endpoints: with a token of its own, without following anybody elsewhere, and reading a bounded reply. */

const TIMEOUT_MS = 10_000
const REPLY_BYTES = 16 << 20
/** A token is fetched anew so long before its end. */
const SPARE_SECONDS = 60

export interface PartnerReply {
  readonly status: number
  readonly body: unknown
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > REPLY_BYTES) throw new Error('the reply is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function post(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<PartnerReply> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(address, { method: 'POST', redirect: 'manual', headers, body, signal })
  const text = await textOf(response)
  try {
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return { status: response.status, body: undefined }
  }
}

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().optional() })

interface Held {
  readonly token: string
  readonly untilMs: number
}
const held = new Map<string, Held>()

async function tokenFor(deps: DciDeps, partner: PartnerRow): Promise<string | undefined> {
  const { token_uri: uri, our_client_id: id, our_secret: secret } = partner
  if (uri === null || id === null || secret === null) return undefined
  const name = `${uri}\n${id}`
  const known = held.get(name)
  if (known !== undefined && known.untilMs > deps.clock.nowMs()) return known.token
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: deps.keys.openText(secret) })
  const reply = await post(uri, { 'content-type': 'application/x-www-form-urlencoded' }, form.toString())
  const token = Token.safeParse(reply.body)
  if (reply.status !== 200 || !token.success) throw new Error(`no token was given (status ${reply.status})`)
  const lives = (token.data.expires_in ?? 300) - SPARE_SECONDS
  held.set(name, { token: token.data.access_token, untilMs: deps.clock.nowMs() + lives * 1000 })
  return token.data.access_token
}

/** Posts a message; a token that is refused is fetched once more. Throws when the line or the token endpoint fails. */
export async function callPartner(deps: DciDeps, partner: PartnerRow, address: string, text: string): Promise<PartnerReply> {
  const once = async (): Promise<PartnerReply> => {
    const token = await tokenFor(deps, partner)
    const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    return post(address, headers, text)
  }
  const first = await once()
  if (first.status !== 401 || partner.token_uri === null) return first
  held.delete(`${partner.token_uri}\n${partner.our_client_id}`)
  return once()
}
