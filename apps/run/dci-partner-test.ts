/** The test-partner mode: a small fictional registry behind the DCI edge, on a database that is gone at the end, with partners to try it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify from 'fastify'
import { addPartner, DCI_PREFIX, type DciDeps, dciRoutes, type PartnerInput, startDciWorker } from '#dci'
import { EVENT_TYPES, GRANTS, QUERY_TYPES, RECORD_TYPES } from '#dci/contract'
import type { LogLevel } from '#platform/config'
import { type KeyPair, newSigningPair } from '#platform/crypto'
import { wholeScope, withTransaction } from '#platform/db'
import { createLog } from '#platform/log'
import { builtInPack } from '#policy'
import { loadHouseholdBatch } from '#registry'
import { generateDistrict } from '#synth'
import { importFolder } from './import-package.ts'
import { type Installation, openInstallation } from './installation.ts'

const households = 40
const asOf = '2026-09-30'
const district = '629901000000'
/** A household of the fictional district that receives aid. */
const someHousehold = 'H001001000001'
export const testReceiverId = 'yingbao.test'
export const testPurpose = 'partner-test'

/** A partner to try the edge with. */
export interface TryPartner {
  readonly id: string
  readonly secret: string
  /** Undefined: it need not sign. */
  readonly pair: KeyPair | undefined
}

export interface PartnerTest {
  /** Address before `/registry/…`. */
  readonly url: string
  readonly partners: readonly TryPartner[]
  /** Fictional persons that can be found. */
  readonly persons: readonly { readonly name: string; readonly idNumber: string }[]
  stop(): Promise<void>
}

async function fillRegistry(installation: Installation): Promise<PartnerTest['persons']> {
  const dir = mkdtempSync(join(tmpdir(), 'yingbao-dci-'))
  try {
    await generateDistrict({ seed: 1, households, out: dir, asOf })
    await importFolder(installation, { packageDir: dir, pack: builtInPack('reference'), asOf, actor: 'system:dci' })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  const { persons } = await withTransaction(installation.db, wholeScope('system:dci'), (tx) =>
    loadHouseholdBatch(tx, installation.keys, [someHousehold]),
  )
  return persons.filter((person) => person.counted === 'yes').map((person) => ({ name: person.name, idNumber: person.id_number }))
}

async function addTryPartner(deps: DciDeps, id: string, url: string, signs: boolean): Promise<TryPartner> {
  const pair = newSigningPair()
  const input: PartnerInput = {
    id,
    name: `测试合作方 ${id}`,
    division: district,
    ourId: testReceiverId,
    roles: ['asker', 'registry'],
    needsSignature: signs,
    signatureStubs: signs ? [] : ['unsigned', 'unsigned-stub'],
    signKeys: [pair.publicKey],
    callbacks: ['*'],
    registryUri: url,
    rights: RECORD_TYPES.map((recordType) => ({
      purpose: testPurpose,
      recordType,
      attributes: [...GRANTS[recordType]],
      queries: [...QUERY_TYPES],
      events: [...EVENT_TYPES],
    })),
  }
  const { clientSecret } = await addPartner(deps, input, { loopback: true, anyOnThisMachine: true })
  return { id, secret: clientSecret, pair: signs ? pair : undefined }
}

/** Starts the mode on a port of this machine; `port` 0: any free one. */
export async function startPartnerTest(port: number, logLevel: LogLevel): Promise<PartnerTest> {
  const installation = await openInstallation({})
  const app = fastify({ forceCloseConnections: true })
  try {
    const persons = await fillRegistry(installation)
    const { db, keys, clock } = installation
    const deps: DciDeps = { db, keys, clock, log: createLog(logLevel, { mode: 'partner-test' }), testMode: true }
    dciRoutes(app, deps)
    const url = `${await app.listen({ host: '127.0.0.1', port })}${DCI_PREFIX}`
    const partners = [await addTryPartner(deps, 'test-partner', url, false), await addTryPartner(deps, 'test-signed', url, true)]
    const worker = startDciWorker(deps)
    return {
      url,
      partners,
      persons,
      async stop() {
        await app.close()
        await worker.stop()
        await installation.stop()
      },
    }
  } catch (error) {
    await app.close()
    await installation.stop()
    throw error
  }
}
