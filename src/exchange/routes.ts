/** The exchange's HTTP endpoints: a line of the centre's ledger, mounted on the server. */
import type { FastifyError, FastifyInstance } from 'fastify'
import { cipherLibrary, exchangePaths, FRAME_TYPE, MAX_FRAME_BYTES } from '#exchange/wire'
import type { Db } from '#platform/db'
import type { Log } from '#platform/log'
import { OutboxBell } from './jobs/outbox-bell.ts'
import { PgLedger } from './ledger.ts'
import { type Listening, type ListeningPlan, listen } from './line/http-server.ts'
import { LineServer } from './line/listener.ts'
import type { ExchangeDeps } from './node.ts'

/** What the endpoints need. */
export interface ExchangeServer extends ExchangeDeps {
  db: Db
  log: Log
}

/** A running exchange endpoint. */
export interface ExchangeEndpoint {
  /** Ends waiting calls and listening. */
  close(): Promise<void>
}

const nothing = Buffer.alloc(0)

/** The answering end of the centre's line: mounted beside the pages, and on a port of its own where one is wanted. */
export interface CentreLine extends ExchangeEndpoint {
  ledger: PgLedger
  line: Pick<LineServer, 'handle' | 'refuseTooLarge'>
  /** Listens on a port of its own as well, over mutual TLS. Throws when the port is taken. */
  listen(plan: ListeningPlan): Promise<Listening>
}

/** Opens the centre's ledger and starts listening for what is to go out. */
export function openCentreLine(server: ExchangeServer): CentreLine {
  const bell = new OutboxBell(server.db, server.log)
  const ledger = new PgLedger(server.db, server, bell)
  const say = (reason: string): void => server.log.warn('a line of the exchange', { reason })
  const answering = new LineServer(ledger, { clock: server.clock, say })
  const line: CentreLine['line'] = {
    handle: async (...call) => {
      await ledger.know()
      return answering.handle(...call)
    },
    refuseTooLarge: (caller) => answering.refuseTooLarge(caller),
  }
  const ports: Listening[] = []
  const listening = bell.run()
  return {
    ledger,
    line,
    async listen(plan) {
      const port = await listen(line, plan, say)
      ports.push(port)
      server.log.info('the exchange listens', { GM1: cipherLibrary('GM1'), ED1: cipherLibrary('ED1') })
      return port
    },
    async close() {
      bell.stop()
      await Promise.all(ports.map((port) => port.close()))
      await listening
    },
  }
}

/**
 * Adds the endpoints to a server and starts listening for what is to go out. Close it before the server: waiting calls
 * end then.
 */
export function exchangeRoutes(app: FastifyInstance, server: ExchangeServer): CentreLine {
  const centre = openCentreLine(server)
  app.register((scope, _options, ready) => {
    scope.addContentTypeParser(FRAME_TYPE, { parseAs: 'buffer', bodyLimit: MAX_FRAME_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler<FastifyError>(async (error, _request, reply) => {
      if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error
      const { status, type, bytes } = await centre.line.refuseTooLarge()
      return reply.status(status).type(type).header('connection', 'close').send(bytes)
    })
    for (const path of Object.values(exchangePaths)) {
      scope.post(path, { bodyLimit: MAX_FRAME_BYTES }, async (request, reply) => {
        const answer = await centre.line.handle(path, Buffer.isBuffer(request.body) ? request.body : nothing)
        return reply.status(answer.status).type(answer.type).send(answer.bytes)
      })
    }
    ready()
  })
  return centre
}
