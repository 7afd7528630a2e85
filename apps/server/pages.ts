import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type FilingStatement, readFilingQr } from '#documents'
import { Problem } from '#kernel/problem'
import { pageLinks } from './page-chunks.ts'
import { sendProblem } from './problem-reply.ts'

/** The built pages: files with a hash in their names are kept for a year, everything else is asked for anew. */

const YEAR = 'public, max-age=31536000, immutable'

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, new Problem('server.not-found', `没有这个地址：${request.url.split('?')[0] ?? ''}`, { status: 404 }))
}

/** The page of what a filing code names. */
function pageOf({ caseNo, form }: FilingStatement): string {
  if (form === 'notice') return `/notices/${encodeURIComponent(caseNo)}`
  if (form === 'payment-roll') return `/payments/${encodeURIComponent(caseNo)}`
  const [, village, month] = /^CQ-(\d{12})-(\d{4}-\d{2})$/.exec(caseNo) ?? []
  if (village !== undefined && month !== undefined) return `/standing-list?village=${village}&month=${month}`
  return `/cases/${encodeURIComponent(caseNo)}`
}

/** The codes on papers open the page of their case; that page asks who is there and what he may see. */
function mountCodes(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>('/s/:code', (request, reply) => {
    const filed = readFilingQr(request.params.code)
    return filed === null ? notFound(request, reply) : reply.redirect(pageOf(filed))
  })
}

/** Serves the pages of a folder; any address that is not a file and not under /api is the application's own and gets its first page. */
export async function mountPages(app: FastifyInstance, webRoot: string): Promise<void> {
  mountCodes(app)
  const first = path.join(webRoot, 'index.html')
  const built = existsSync(first)
  const [head = '', rest = ''] = built ? readFileSync(first, 'utf8').split(/(?=<\/head>)/) : []
  const linksOf = pageLinks(webRoot)
  if (built) {
    await app.register(fastifyStatic, {
      root: webRoot,
      cacheControl: false,
      preCompressed: true,
      index: ['index.html'],
      setHeaders: (reply, file) => {
        reply.header('cache-control', file.includes(`${path.sep}assets${path.sep}`) ? YEAR : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && !path.extname(request.url.split('?')[0] ?? '')
    if (!isPage) return notFound(request, reply)
    if (built) {
      const page = head + linksOf(request.url) + rest
      return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
    }
    return reply.status(503).type('text/plain; charset=utf-8').send('页面尚未构建，请先运行：npm run build:web\n')
  })
}
