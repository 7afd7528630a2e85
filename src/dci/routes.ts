/** The edge's HTTP endpoints, all below `/dci/v1`: bytes in, `answerCall`, bytes out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isPassing, wholeScope, withTransaction } from '#platform/db'
import { answerCall } from './actions/answer-call.ts'
import { type DciDeps, instant, newId, Refusal } from './actions/deps.ts'
import { OPERATIONS, type Operation, readCall } from './actions/read-call.ts'
import { issueToken, publishedKeys } from './actions/tokens.ts'
import { LIMITS, type TransportCode } from './contract/index.ts'
import { hasPartners, listDivisions } from './store/partners.ts'

export const DCI_PREFIX = '/dci/v1'
const MODE_HEADER = 'x-yingbao-mode'

/** Statement cancelled for its time. */
const CANCELLED = '57014'

/** Whatever went wrong, as what is told: unknown faults are logged and told as one of ours. */
function refusalOf(deps: DciDeps, error: unknown): { status: number; code: TransportCode; message: string } {
  if (error instanceof Refusal) return error
  if ((error as { code?: unknown }).code === CANCELLED) {
    return new Refusal('err.request.timeout', '查询用时过长，请缩小范围或改用异步查询')
  }
  if (isPassing(error)) return new Refusal('err.service.unavailable', '数据库暂时不可用，请稍后再试')
  if ((error as { code?: unknown }).code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return { status: 413, code: 'err.request.bad', message: '报文过大' }
  }
  if ((error as { code?: unknown }).code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return { status: 415, code: 'err.request.bad', message: '请用 application/json 或（异步接口）multipart/form-data' }
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, code: 'err.request.bad', message: '请求不完整或写法不对' }
  }
  deps.log.error('a DCI call failed', { error })
  return { status: 500, code: 'err.service.unavailable', message: '系统内部错误，已记录' }
}

/** What an answer at once must carry by its schema; a refusal answers nothing. */
function emptyAnswer(action: string, correlationId: string): object {
  const nothing = { transaction_id: '', correlation_id: correlationId, search_response: [] }
  if (action === 'search') return nothing
  const names = { transaction_id: '', correlation_id: correlationId }
  return { ...names, txnstatus_response: { txn_type: 'search', txn_status: nothing } }
}

/**
 * A refusal in the standard's shape: an acknowledgement ERR with its error, and the list of errors of the HTTP layer beside it. Where the
 * answer is the reply, both stand within an answer that says `rjct`, so that it holds against the schema of the operation too.
 */
function refusalBody(deps: DciDeps, operation: Operation | undefined, refusal: ReturnType<typeof refusalOf>): object {
  const [at, correlationId] = [instant(deps), newId()]
  const error = { code: refusal.code, message: refusal.message.slice(0, LIMITS.reason) }
  const ack = { ack_status: 'ERR', timestamp: at, correlation_id: correlationId, error }
  if (operation?.now !== true || operation.answer === undefined) return { message: ack, errors: [error] }
  const names = { version: '1.0.0', message_id: newId(), message_ts: at, action: operation.answer.action }
  return {
    header: { ...names, status: 'rjct', status_reason_message: error.message, is_msg_encrypted: false },
    message: { ...emptyAnswer(operation.action, correlationId), ...ack },
    errors: [error],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('err.request.bad', '正文不是合法的 JSON')
  }
}

/** The message of a call: the JSON body, or the file of a form (the standard's way of handing in a batch as a file). */
async function bodyOf(request: FastifyRequest, operation: Operation): Promise<unknown> {
  const bytes = request.body
  if (!Buffer.isBuffer(bytes)) throw new Refusal('err.request.bad', '请求没有正文')
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return parsed(bytes.toString('utf8'))
  if (operation.now) throw new Refusal('err.request.bad', '同步接口不收文件，请用 application/json')
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData().catch(() => undefined)
  const file = form?.get('fileName')
  if (form === undefined || file === null || file === undefined)
    throw new Refusal('err.request.bad', '表单应有 action 和 fileName（文件）')
  if (form.get('action') !== operation.action) throw new Refusal('err.request.bad', `表单的 action 应为“${operation.action}”`)
  const format = form.get('fileFormat') ?? 'json'
  if (format !== 'json') throw new Refusal('err.request.bad', '文件格式（fileFormat）只支持 json')
  return parsed(typeof file === 'string' ? file : await file.text())
}

/** Without a registered partner there is no edge. */
async function checkOpen(deps: DciDeps): Promise<void> {
  const open = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => hasPartners(tx))
  if (!open) throw new Refusal('err.request.not_found', '本系统没有登记外部合作方，接口未开放')
}

async function locations(deps: DciDeps): Promise<object> {
  const rows = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => listDivisions(tx))
  return {
    '@context': { '@context': 'http://spdci.org/', xsd: 'http://www.w3.org/2001/XMLSchema#', schema: 'http://schema.org/' },
    '@type': 'LocationHierarchy',
    last_updated: instant(deps),
    locations: rows.map(({ code, name, level, parent_code: parent }) => ({
      '@type': 'Place',
      id: code,
      identifier: [{ '@type': 'PropertyValue', name: 'division', identifier: code }],
      name,
      additional_type: `division:${level}`,
      contained_in_place: parent,
      // The published schema requires this spelling and describes the other.
      containedInPlace: parent,
    })),
  }
}

function mount(scope: FastifyInstance, deps: DciDeps, operation: Operation): void {
  const bodyLimit = operation.now ? LIMITS.bodyBytes : LIMITS.fileBytes
  scope.post(operation.path, { bodyLimit, config: { dci: operation } }, async (request, reply) => {
    await checkOpen(deps)
    const { authorization } = request.headers
    const call = await readCall(deps, operation, { authorization, body: () => bodyOf(request, operation) })
    const { text, accepted } = await answerCall(deps, call)
    return reply
      .status(accepted ? 202 : 200)
      .type('application/json; charset=utf-8')
      .send(text)
  })
}

function operationOf(request: FastifyRequest): Operation | undefined {
  return (request.routeOptions.config as { dci?: Operation }).dci
}

function mountPublic(scope: FastifyInstance, deps: DciDeps): void {
  scope.post('/oauth2/client/token', { bodyLimit: 10_000 }, async (request, reply) => {
    await checkOpen(deps)
    const form = Buffer.isBuffer(request.body) ? Object.fromEntries(new URLSearchParams(request.body.toString('utf8'))) : {}
    return reply.header('pragma', 'no-cache').send(await issueToken(deps, form))
  })
  const at = (path: string, body: () => Promise<object>): void => {
    scope.get(path, async (_request, reply) => {
      await checkOpen(deps)
      return reply.send(await body())
    })
  }
  at('/.well-known/jwks.json', () => publishedKeys(deps))
  at('/.well-known/locations.json', () => locations(deps))
}

/** Adds the endpoints to a server. */
export function dciRoutes(app: FastifyInstance, deps: DciDeps): void {
  app.register(
    (scope, _options, ready) => {
      const answer = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply => {
        const refusal = refusalOf(deps, error)
        deps.log.warn('a DCI call was refused', { code: refusal.code, path: request.url, reason: refusal.message })
        return reply.status(refusal.status).send(refusalBody(deps, operationOf(request), refusal))
      }
      scope.removeAllContentTypeParsers()
      const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']
      scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      scope.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
        if (deps.testMode === true) reply.header(MODE_HEADER, 'partner-test')
      })
      scope.setErrorHandler((error, request, reply) => answer(request, reply, error))
      scope.setNotFoundHandler((request, reply) => answer(request, reply, new Refusal('err.request.not_found', '没有这个接口')))
      for (const operation of OPERATIONS) mount(scope, deps, operation)
      mountPublic(scope, deps)
      ready()
    },
    { prefix: DCI_PREFIX },
  )
}
