/** The centre's exchange endpoint alone: what the gateways dial when no pages are served beside it. */
import Fastify from 'fastify'
import { exchangeRoutes } from '#exchange'
import type { Log } from '#platform/log'
import type { Installation } from './installation.ts'

export interface Centre {
  url: string
  stop(): Promise<void>
}

/** Listens on a free port of the loopback address. */
export async function startCentre(installation: Installation, log: Log): Promise<Centre> {
  const app = Fastify({ logger: false })
  app.setErrorHandler((error, _request, reply) => {
    log.error('the exchange failed', { error })
    return reply.status(500).send({ error: 'internal' })
  })
  const endpoint = exchangeRoutes(app, {
    db: installation.workerDb,
    keys: installation.keys,
    clock: installation.clock,
    log,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    stop: async () => {
      await endpoint.close()
      await app.close()
    },
  }
}
