import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Sessions } from '#identity'
import { Problem } from '#kernel/problem'
import type { Route } from '#kernel/route'
import { type Action, type Actor, type Download, RawJson, type SessionDoor } from '#platform/action'
import { type Runtime, runAction } from '#runner'
import { API_ROOT, openApiOf } from './openapi.ts'
import { errorHandler, refuseUnreadable } from './problem-reply.ts'
import { replySchema } from './response-schema.ts'
import { mountSecurityHeaders, refuseForeign } from './security.ts'

/** Mounts the action of every route: HTTP in, `runAction`, HTTP out. Nothing else decides anything here. */

export interface HttpOptions {
  readonly runtime: Runtime
  readonly sessions: Sessions
  readonly actions: readonly Action[]
  /** True behind a TLS proxy: cookies travel over TLS only. */
  readonly secureCookies: boolean
  /** Proxies whose address header is believed; nobody's when left out. */
  readonly proxies?: readonly string[] | undefined
}

const COOKIE = 'yingbao'
/** By it a device on which somebody signed in is known at the next sign-in; only that address sees it. */
const DEVICE_COOKIE = 'yingbao-device'
const DEVICE_SECONDS = 180 * 86_400
/** JSON bodies are forms; files come as streams of their own. */
const BODY_LIMIT = 1 << 20

type Routed = Action & { readonly route: Route }

function sessionDoor(request: FastifyRequest, reply: FastifyReply, secure: boolean): SessionDoor {
  const token = request.cookies[COOKIE]
  const settings = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  return {
    token,
    address: request.ip,
    set(value) {
      if (value === null) reply.clearCookie(COOKIE, settings)
      else reply.setCookie(COOKIE, value, settings)
    },
    device: request.cookies[DEVICE_COOKIE],
    setDevice: (device) =>
      void reply.setCookie(DEVICE_COOKIE, device, { ...settings, path: '/api/session', maxAge: DEVICE_SECONDS }),
  }
}

function fileName(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name)}`
}

function sendDownload(reply: FastifyReply, file: Download): FastifyReply {
  return reply
    .header('content-disposition', fileName(file.fileName))
    .header('cache-control', 'no-store')
    .type(file.mediaType)
    .send(file.body)
}

function send(reply: FastifyReply, action: Routed, output: unknown): FastifyReply {
  if (action.route.download === true) return sendDownload(reply, output as Download)
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
  return reply.send(output instanceof RawJson ? output.text : output)
}

/** The router checks the bytes of the path; those of the query would be handed on as they came. */
function checkQueryBytes({ url }: FastifyRequest): void {
  try {
    decodeURIComponent(url.slice(url.indexOf('?') + 1))
  } catch {
    throw new Problem('input.invalid', '地址有误：查询条件中有无法识别的字符编码，请检查后重试', { status: 400 })
  }
}

function inputOf(request: FastifyRequest, route: Route): unknown {
  checkQueryBytes(request)
  const parts = { params: request.params, query: request.query }
  if (route.upload !== true) return { ...parts, body: request.body ?? undefined }
  return { ...parts, upload: { stream: request.raw, mediaType: request.headers['content-type'] ?? 'application/octet-stream' } }
}

function keyOf(request: FastifyRequest, route: Route): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (route.download === true)
    throw new Problem('input.invalid', '这项操作的结果是文件，不保存答复，请去掉操作编号后重试', { status: 400 })
  if (typeof key !== 'string' || !/^[\w-]{8,100}$/.test(key))
    throw new Problem('input.invalid', '操作编号格式有误', { status: 400 })
  return key
}

async function actorOf(options: HttpOptions, request: FastifyRequest): Promise<Actor | null> {
  const live = await options.sessions.find(request.cookies[COOKIE])
  if (live === undefined) return null
  return live.passwordGiven ? { ...live.actor, passwordGiven: true } : live.actor
}

function mount(app: FastifyInstance, action: Routed, options: HttpOptions): void {
  const { route } = action
  app.route({
    method: route.method,
    url: route.path,
    ...(route.download === true ? {} : { schema: { response: { 200: replySchema(route) } } }),
    async handler(request, reply) {
      if (route.method !== 'GET') refuseForeign(request)
      const key = keyOf(request, route)
      const output = await runAction(options.runtime, action, {
        actor: await actorOf(options, request),
        input: inputOf(request, route),
        session: sessionDoor(request, reply, options.secureCookies),
        ...(key === undefined ? {} : { idempotencyKey: key }),
      })
      return send(reply, action, output)
    },
  })
}

function mountHealth(app: FastifyInstance, runtime: Runtime): void {
  app.get('/api/health', async (_request, reply) => {
    await runtime.db.pool.query('select 1')
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })
}

/** Another major version than the one that is served is told so; the served one is taken off the address before it gets here. */
function mountVersions(app: FastifyInstance): void {
  app.all<{ Params: { version: string } }>('/api/:version(^v\\d+$)/*', (request) => {
    const message = `没有接口版本 ${request.params.version}，本系统提供 ${API_ROOT}，说明见 ${API_ROOT}/openapi.json`
    throw new Problem('api.version-not-supported', message, { status: 404 })
  })
}

/** Builds the HTTP server with all routes mounted; the caller adds pages and the exchange, and listens. */
export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const refusing = errorHandler(options.runtime.log)
  const app = fastify({
    logger: false,
    frameworkErrors: refusing,
    clientErrorHandler: refuseUnreadable,
    bodyLimit: BODY_LIMIT,
    trustProxy: options.proxies?.length ? [...options.proxies] : false,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 0,
    rewriteUrl: ({ url = '/' }) => (url.startsWith(`${API_ROOT}/`) ? `/api${url.slice(API_ROOT.length)}` : url),
  })
  app.setErrorHandler(refusing)
  mountSecurityHeaders(app, options.secureCookies)
  await app.register(cookie)
  const routed = options.actions.filter((action): action is Routed => action.route !== null)
  for (const action of routed) if (action.route.upload !== true) mount(app, action, options)
  await app.register((uploads, _options, done) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null))
    for (const action of routed) if (action.route.upload === true) mount(uploads, action, options)
    done()
  })
  mountHealth(app, options.runtime)
  mountVersions(app)
  const document = JSON.stringify(openApiOf(routed.map((action) => action.route)))
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(document))
  return app
}
