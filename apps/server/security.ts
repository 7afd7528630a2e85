import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '#kernel/problem'

/** Headers of every reply, and the guard against requests that another site makes a browser send. */

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
}

export function mountSecurityHeaders(app: FastifyInstance, overTls: boolean): void {
  const all = overTls ? { ...headers, 'strict-transport-security': 'max-age=31536000' } : headers
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(all)
  })
}

/**
 * A change may only come from our own pages: they send this header, which no other site can without being asked for (CORS), and the
 * cookie is SameSite=Strict besides. Throws Problem 403.
 */
export function refuseForeign(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  const own = site === undefined || site === 'same-origin' || site === 'none'
  if (own && request.headers['x-requested-with'] === 'yingbao') return
  throw new Problem('identity.foreign-request', '请求不是从本系统的页面发出的，已拒绝', { status: 403 })
}
