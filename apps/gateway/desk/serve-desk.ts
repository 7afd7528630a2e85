/** The page of the unit's data officer: plain HTML over HTTP, for people who are signed in, from this machine unless told otherwise. */
import { readFileSync } from 'node:fs'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { DeskConfig } from '#sources/contract'
import { withoutValues } from '../gateway-answering.ts'
import { type DeskRoute, deskRoutes, menuOf } from './desk-routes.ts'
import { card, empty, page } from './frame.ts'
import { type Html, html } from './html.ts'
import { LogDigest } from './log-digest.ts'
import { signInPage } from './pages/sign-in-page.ts'
import { checkPassword, hashPassword } from './password.ts'
import type { DeskParts } from './port.ts'
import { isSameText, type Session, Sessions, Throttle } from './sessions.ts'
import { type Reply, textOf, type Visit } from './visit.ts'

/** A running desk. */
export interface RunningDesk {
  /** address the pages are at, e.g. http://127.0.0.1:8090 */
  url: string
  close(): Promise<void>
}

/** Largest form or file that is taken. */
const MAX_BODY = 256 * 1024 * 1024
const COOKIE = 'desk'

/** Styles of the office pages that the desk shares, and its own after them. */
const sheets = [
  '../../web/ui/tokens.css',
  '../../web/ui/elements.css',
  '../../web/ui/controls.css',
  '../../web/ui/shell.css',
  './desk.css',
]

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

function stylesText(): string {
  return sheets.map((sheet) => readFileSync(new URL(sheet, import.meta.url), 'utf8')).join('\n')
}

function tokenOf(request: FastifyRequest): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(';').map((each) => each.trim().split('='))
  return cookies.find(([name]) => name === COOKIE)?.[1]
}

/** A form comes from our own page, or from a browser that does not say. */
function isForeign(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** The fields of a sent form; the platform reads both forms a browser sends. */
async function formOf(request: FastifyRequest): Promise<FormData> {
  if (!Buffer.isBuffer(request.body)) return new FormData()
  const type = request.headers['content-type'] ?? ''
  try {
    return await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData()
  } catch {
    return new FormData()
  }
}

function sendPage(reply: FastifyReply, content: Html, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(content.text)
}

function sendReply(reply: FastifyReply, answer: Reply): FastifyReply {
  if ('to' in answer) return reply.redirect(answer.to, 303)
  if ('page' in answer) return sendPage(reply, answer.page, answer.status)
  const name = encodeURIComponent(answer.file)
  return reply.header('content-disposition', `attachment; filename*=UTF-8''${name}`).type(answer.type).send(answer.body)
}

/** The pages of one gateway. */
class Desk {
  readonly #parts: DeskParts
  readonly #desk: DeskConfig
  readonly #digest: LogDigest
  readonly #sessions = new Sessions()
  readonly #throttle = new Throttle()
  readonly #cookieFlags: string
  /** compared with when there is no such account, so that the time tells nothing */
  readonly #nobody = hashPassword('nobody has this password')

  constructor(parts: DeskParts, desk: DeskConfig) {
    this.#parts = parts
    this.#desk = desk
    this.#digest = new LogDigest(parts.ledger, parts.clock)
    this.#cookieFlags = `; Path=/; HttpOnly; SameSite=Strict${desk.tls === undefined ? '' : '; Secure'}`
  }

  mount(app: FastifyInstance): void {
    const styles = stylesText()
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(headers)
    })
    app.get('/desk.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(styles))
    app.get('/sign-in', (_request, reply) => sendPage(reply, signInPage(this.#parts, '')))
    app.post('/sign-in', (request, reply) => this.#signIn(request, reply))
    for (const route of deskRoutes) this.#mountRoute(app, route)
    app.post('/sign-out', async (request, reply) => {
      const session = await this.#sessionOf(request, await formOf(request))
      if (session !== undefined) this.#sessions.end(tokenOf(request))
      return reply.header('set-cookie', `${COOKIE}=; Max-Age=0${this.#cookieFlags}`).redirect('/sign-in', 303)
    })
    app.setNotFoundHandler((_request, reply) => sendPage(reply, this.#plain('没有这一页', '请从菜单重新选择。'), 404))
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const { url = '' } = request.routeOptions
      this.#parts.say(`前置机页面 ${request.method} ${url} 出错：${withoutValues(error)}`)
      return this.#failed(error, reply)
    })
  }

  #plain(title: string, more: string): Html {
    const { config } = this.#parts
    const body = card(title, html`${empty(title, more)}<p><a href="/">回到概况</a></p>`)
    return page({ title, unit: config.unit, at: '', officer: '', csrf: '', menu: [] }, body)
  }

  #failed(error: { statusCode?: number }, reply: FastifyReply): FastifyReply {
    if (error.statusCode === 413) return sendPage(reply, this.#plain('文件太大', '一次最多 256 MB，请拆分后再投放。'), 413)
    return sendPage(
      reply,
      this.#plain('这一步没有完成', '请稍后再试；仍不行时请联系系统管理员查看前置机的输出。'),
      error.statusCode ?? 500,
    )
  }

  #mountRoute(app: FastifyInstance, { method, path, handle }: DeskRoute): void {
    app.route({
      method,
      url: path,
      bodyLimit: MAX_BODY,
      // before the body is read: nobody who is not signed in fills the memory
      onRequest: async (request, reply) => {
        if (this.#sessions.find(tokenOf(request), this.#parts.clock.nowMs()) === undefined) return reply.redirect('/sign-in', 303)
      },
      handler: async (request, reply) => {
        const form = await formOf(request)
        const session = await this.#sessionOf(request, method === 'POST' ? form : undefined)
        if (session === undefined) return reply.redirect('/sign-in', 303)
        return sendReply(reply, await handle(this.#visit(request, session, form)))
      },
    })
  }

  /** Whose request it is; a form must carry the session's proof and come from our own page. */
  async #sessionOf(request: FastifyRequest, form: FormData | undefined): Promise<Session | undefined> {
    const session = this.#sessions.find(tokenOf(request), this.#parts.clock.nowMs())
    if (session === undefined || form === undefined) return session
    return isForeign(request) || !isSameText(textOf(form, 'csrf'), session.csrf) ? undefined : session
  }

  #visit(request: FastifyRequest, { officer, csrf }: Session, form: FormData): Visit {
    const query = new URL(request.url, 'http://desk').searchParams
    const { name = '' } = request.params as { name?: string }
    return { parts: this.#parts, digest: this.#digest, officer, csrf, menu: menuOf(this.#parts), query, form, name }
  }

  async #signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = await formOf(request)
    const name = textOf(form, 'name')
    const password = String(form.get('password') ?? '')
    const now = this.#parts.clock.nowMs()
    const keys = [`name ${name}`, `address ${request.ip}`]
    const fail = (text: string, status: number): FastifyReply => sendPage(reply, signInPage(this.#parts, text), status)
    if (isForeign(request)) return fail('请从本页登录。', 403)
    const waitMs = this.#throttle.waitMs(keys, now)
    if (waitMs > 0) return fail(`多次登录失败，请 ${Math.ceil(waitMs / 1000)} 秒后再试。`, 429)
    // counted before it is looked at, so that many at the same time are no way round the wait
    this.#throttle.fail(keys, now)
    const account = this.#desk.accounts.find((each) => each.name === name)
    const isRight = await checkPassword(password, account?.password ?? (await this.#nobody))
    if (account === undefined || !isRight) {
      this.#note('desk_sign_in_failed', account?.name ?? '', account === undefined ? '没有这个账号' : '口令不对')
      return fail('姓名或口令不对。', 401)
    }
    this.#throttle.succeed(keys)
    this.#note('desk_sign_in', account.name, '')
    const token = this.#sessions.begin(account.name, now)
    return reply.header('set-cookie', `${COOKIE}=${token}${this.#cookieFlags}`).redirect('/', 303)
  }

  #note(event: string, operator: string, note: string): void {
    this.#parts.ledger.note(event, { operator, from: this.#parts.config.nodeId, note })
  }
}

/** Opens the desk of a gateway whose configuration has one. */
export async function serveDesk(parts: DeskParts, desk: DeskConfig): Promise<RunningDesk> {
  const { tls } = desk
  const https = tls === undefined ? null : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }
  const app = https === null ? Fastify({ forceCloseConnections: true }) : Fastify({ forceCloseConnections: true, https })
  new Desk(parts, desk).mount(app as unknown as FastifyInstance)
  const url = await app.listen({ host: desk.host, port: desk.port })
  return { url, close: () => app.close() }
}
