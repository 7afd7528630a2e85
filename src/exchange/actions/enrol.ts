/** Enrolling a member unit: its keys are made, the public half stays here, the rest is the unit's configuration file. */
import type { GatewayConfig, GatewaySource, UnitName } from '#exchange/contract'
import { generateNodeKeys } from '#exchange/wire'
import type { Tx } from '#platform/db'
import { type ExchangeDeps, instant } from '../node.ts'
import { saveNode } from '../store.ts'

/** What is decided about a unit when it is enrolled. */
export interface Enrolment {
  unit: UnitName
  /** six-digit code of the district, first part of the node ids */
  districtCode: string
  /** address the gateway dials */
  centreUrl: string
  /** folder of the gateway's durable state, on the unit's machine */
  stateDir: string
  source: GatewaySource
}

/**
 * Makes (or renews the keys of) a unit and gives the configuration for its gateway. The private keys in it are nowhere
 * else: hand it to the unit by a safe way.
 */
export async function enrolUnit(tx: Tx, enrolment: Enrolment, deps: ExchangeDeps): Promise<GatewayConfig> {
  const keys = generateNodeKeys('ED1')
  const nodeId = `${enrolment.districtCode}.${enrolment.unit}`
  const centreId = `${enrolment.districtCode}.centre`
  await saveNode(tx, {
    unit: enrolment.unit,
    nodeId,
    centreId,
    signing: keys.signing.publicKey,
    box: keys.box.publicKey,
    at: instant(deps),
  })
  return {
    unit: enrolment.unit,
    nodeId,
    centreId,
    centreUrl: enrolment.centreUrl,
    keys,
    centreKeys: { suite: 'ED1', signing: deps.keys.signing.publicKey, box: deps.keys.box.publicKey },
    stateDir: enrolment.stateDir,
    source: enrolment.source,
  }
}
