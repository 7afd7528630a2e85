import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isProblem, Problem } from '#kernel/problem'
import { isPassing } from '#platform/db'
import type { Log } from '#platform/log'
import { problemOfSql } from '#platform/sql-refusal'

/** Every refusal and failure as Problem JSON in Chinese; what went wrong inside is for the log only. */

/** Faults that Fastify finds before an action is reached, by its code. */
const known: Readonly<Record<string, readonly [status: number, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, '提交的内容过大，请分次提交'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, '提交的内容不是有效的 JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, '提交的内容为空'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, '不支持这种内容类型，请以 application/json 提交'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, '提交的内容不完整，请重试'],
  FST_ERR_BAD_URL: [400, '地址有误：含有无法识别的字符编码，请检查后重试'],
  FST_ERR_MAX_PARAM_LENGTH: [414, '地址过长，请检查后重试'],
}

function problemOf(error: FastifyError, requestId: string): { problem: Problem; fault: boolean } {
  if (isProblem(error)) return { problem: error, fault: false }
  const found = known[error.code]
  if (found !== undefined) return { problem: new Problem('input.invalid', found[1], { status: found[0] }), fault: false }
  if (isPassing(error)) {
    return {
      problem: new Problem('server.busy', '数据库暂时不可用，请稍后重试；已填写的内容不会丢失', { status: 503 }),
      fault: true,
    }
  }
  const refused = problemOfSql(error)
  if (refused !== undefined) return { problem: refused, fault: true }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return { problem: new Problem('input.invalid', '请求有误，服务器未处理', { status: error.statusCode }), fault: false }
  }
  return {
    problem: new Problem('server.fault', `服务器发生故障，已记录（编号 ${requestId}）。请稍后重试`, { status: 500 }),
    fault: true,
  }
}

/** Sends a problem as the reply. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { code, status, message, details } = problem
  return reply
    .status(status)
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ code, status, message, details, requestId: reply.request.id })
}

export function errorHandler(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { problem, fault } = problemOf(error, request.id)
    if (fault)
      log[problem.status === 500 ? 'error' : 'warn']('a request failed', {
        requestId: request.id,
        route: request.routeOptions.url,
        error,
      })
    // The rest of a body nobody wants must not be taken for the next request.
    if (!request.raw.complete) reply.header('connection', 'close')
    if (problem.status === 503) reply.header('retry-after', '2')
    return sendProblem(reply, problem)
  }
}

const unreadable: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', '请求头过大，服务器未处理'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', '请求未在时限内发完，请重试'],
}

/** Answers what is no HTTP request at all, and closes the line. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const known = unreadable[error.code ?? '']
  const [status, reason, message] = known ?? [400, 'Bad Request', '请求的格式有误，服务器未处理']
  const body = JSON.stringify({ code: 'input.invalid', status, message, details: {} })
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
