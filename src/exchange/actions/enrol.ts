/** Enrolling a member unit: its keys are made, the public half stays here, the rest is the unit's configuration file. */

import type { Tx } from '#platform/db'
import {
  type GatewayConfig,
  type GatewaySource,
  lookupsOf,
  recordTypeOf,
  type UnitName,
  unitLabel,
  units,
} from '#sources/contract'
import { generateNodeKeys, publicHalf } from '#wire'
import type { SuiteName } from '#wire/contract'
import { centreKeys, type ExchangeDeps, instant } from '../node.ts'
import { type Right, replaceRights, saveKeys, saveNode } from '../store/nodes.ts'

/** What is decided about a unit when it is enrolled. */
export interface Enrolment {
  unit: UnitName
  /** six-digit code of the district, first part of the node ids */
  districtCode: string
  /** cipher suite of the link; ED1 when left out */
  suite?: SuiteName
  /** what the unit may be asked for: everything it holds, for these purposes and no other */
  purposes: readonly string[]
  /** address the gateway dials */
  centreUrl: string
  /** folder of the gateway's durable state, on the unit's machine */
  stateDir: string
  source: GatewaySource
}

/** Everything a unit holds, for some purposes: the authorisation items of its record types and its look-ups. */
export function rightsTo(unit: UnitName, purposes: readonly string[]): Right[] {
  const records = units.find((each) => each.name === unit)?.records ?? []
  const items = new Set<string>([...records.map((record) => recordTypeOf(record).category), ...lookupsOf(unit)])
  return purposes.flatMap((purpose) => [...items].map((item) => ({ item, purpose })))
}

/**
 * Makes (or renews at once the keys of) a unit and gives the configuration for its gateway. The private keys in it are
 * nowhere else: hand it to the unit by a safe way.
 */
export async function enrolUnit(tx: Tx, enrolment: Enrolment, deps: ExchangeDeps): Promise<GatewayConfig> {
  const { unit, districtCode, suite = 'ED1', purposes, centreUrl, stateDir, source } = enrolment
  const keys = generateNodeKeys(suite)
  const nodeId = `${districtCode}.${unit}`
  const centreId = `${districtCode}.centre`
  const at = instant(deps)
  await saveNode(tx, { unit, nodeId, centreId, name: unitLabel(unit), kind: 'unit', suite, via: null, at })
  await saveKeys(tx, unit, publicHalf(keys), { from: at, formerUntil: at })
  await replaceRights(tx, unit, rightsTo(unit, purposes))
  const centre = centreKeys(deps, suite).publicTexts
  const records = units.find((each) => each.name === unit)?.records ?? []
  const rights = [{ asker: centreId, records: [...records], lookups: lookupsOf(unit), purposes: [...purposes] }]
  const links = { keys, centreKeys: centre, formerKeys: [], askers: [], rights }
  return { unit, nodeId, centreId, centreUrl, ...links, stateDir, source }
}
