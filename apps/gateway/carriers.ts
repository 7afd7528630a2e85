/** Ways of a node beside its lines: a message bus, and bundles in folders. All feed the same ledger. */
import type { Carriers } from '#sources/contract'
import { BundleFolder, loadBroker } from '#wire/server'
import type { GatewayIo } from './io.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'
import { readTls } from './tls-files.ts'

/** A node and whom it exchanges with. */
export interface CarrierPlan extends Carriers {
  ledger: SqliteLedger
  neighbours: readonly string[]
}

/** Runs what is configured until the signal ends it. */
export async function runCarriers(plan: CarrierPlan, { clock, say, signal }: GatewayIo): Promise<void> {
  const { bundles, nats, ledger, neighbours } = plan
  const running: Promise<void>[] = []
  if (bundles) running.push(new BundleFolder({ ledger, ...bundles, neighbours, clock, say }).run(signal))
  if (nats) {
    const { NatsLine } = await loadBroker()
    const access = { servers: nats.servers, tls: readTls(nats.tls) }
    running.push(new NatsLine({ ledger, access, listNeighbours: async () => neighbours, clock, say, signal }).run())
  }
  await Promise.all(running)
}
