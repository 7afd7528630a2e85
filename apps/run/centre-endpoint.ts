/** The exchange's HTTP endpoints: a line of the centre's ledger, on ports of its own and never on that of the pages. */

import type { ExchangeDeps } from '#exchange'
import { OutboxBell, PgLedger } from '#exchange'
import type { Db } from '#platform/db'
import type { Log } from '#platform/log'
import { cipherLibrary } from '#wire'
import { type Answering, LineServer, type Listening, type ListeningPlan, listen } from '#wire/server'

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

/** The answering end of the centre's line. */
export interface CentreLine extends ExchangeEndpoint {
  ledger: PgLedger
  /** Listens on a port. Throws when it is taken. */
  listen(plan: ListeningPlan): Promise<Listening>
}

/** Opens the centre's ledger and starts listening for what is to go out. */
export function openCentreLine(server: ExchangeServer): CentreLine {
  const bell = new OutboxBell(server.db, server.log)
  const ledger = new PgLedger(server.db, server, bell)
  const say = (reason: string): void => server.log.warn('a line of the exchange', { reason })
  const answering = new LineServer(ledger, { clock: server.clock, say })
  const line: Answering = {
    handle: async (...call) => {
      await ledger.know()
      return answering.handle(...call)
    },
    knownCaller: async (...call) => {
      await ledger.know()
      return answering.knownCaller(...call)
    },
    refuseTooLarge: (caller) => answering.refuseTooLarge(caller),
    refuseUnknown: (...call) => answering.refuseUnknown(...call),
  }
  const ports: Listening[] = []
  const listening = bell.run()
  return {
    ledger,
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
