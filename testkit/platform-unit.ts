/** For tests: a unit whose vehicles stand behind a sharing platform, and what it answers about persons. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Basis, type GatewayConfig, PlatformSource, type RecordName } from '#sources/contract'
import { generateNodeKeys, publicHalf } from '#wire'
import { systemClock } from '../apps/gateway/clock.ts'
import { KeptCalls } from '../apps/gateway/platform/kept-calls.ts'
import { PlatformStore } from '../apps/gateway/store/platform-store.ts'
import { cellsOf, type PreparedService, type Told } from '../apps/gateway/store/unit-store.ts'

export const platformBasis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }

/** Citizen numbers of the tests. */
export const someone = '11010519491231002X'
export const other = '629901199002070011'
export const third = '629901199002070038'

/** A vehicle in the platform's words. */
export function car(no: number, id = someone, name = '张三') {
  return { xh: `V${no}`, sfzh: id, xm: name, hphm: `京A${no}`, cllx: 'K33', syxz: 'A', qdrq: '2020-01-02 08:00:00', zt: '1' }
}

/** How the platform's words become the catalogue's. */
export const vehicleMapping = {
  columns: {
    source_record_id: '{row.xh}',
    as_of_date: '{asOf}',
    id_number: '{row.sfzh}',
    name: '{row.xm}',
    plate_no: '{row.hphm}',
    vehicle_type: '{row.cllx}',
    vehicle_use: '{row.syxz}',
    acquired_on: '{row.qdrq:10}',
    status: '{row.zt}',
  },
  codes: { vehicle_type: { K33: 'car' }, vehicle_use: { A: 'private' }, status: { 1: 'normal' } },
}

/** Limits that let a test end soon, and a busy machine answer all the same. */
export const quick = { atOnce: 4, calls: 1000, seconds: 1, waitSeconds: 5, patienceSeconds: 20, tries: 3, backOff: [5, 20] }

/** A gateway's configuration with this source. */
export function unitConfig(source: object, stateDir: string): GatewayConfig {
  const keys = generateNodeKeys('ED1')
  return {
    unit: 'police',
    nodeId: '629901.police',
    centreId: '629901.centre',
    centreUrl: 'http://127.0.0.1:1',
    keys,
    formerKeys: [],
    centreKeys: publicHalf(keys),
    askers: [],
    rights: [],
    stateDir,
    source: PlatformSource.parse(source),
  }
}

/** A unit behind a platform. */
export class PlatformUnit {
  readonly #dir = mkdtempSync(join(tmpdir(), 'yingbao-platform-'))
  readonly #end = new AbortController()
  readonly config: GatewayConfig
  readonly store: PlatformStore
  readonly said: string[] = []

  constructor(source: object, change: Partial<GatewayConfig> = {}) {
    this.config = { ...unitConfig(source, this.#dir), ...change }
    const io = { clock: systemClock, say: (text: string) => void this.said.push(text), signal: this.#end.signal }
    this.store = new PlatformStore(this.config, PlatformSource.parse(source), io)
  }

  prepared(): Promise<PreparedService> {
    return this.store.prepare(platformBasis)
  }

  /** What the service told about these persons. */
  async told(ids: readonly string[], names: readonly string[] = ['张三'], record: RecordName = 'police/vehicles'): Promise<Told> {
    const prepared = await this.prepared()
    return prepared.ask(
      record,
      ids.map((id) => ({ id, names })),
    )
  }

  /** Per person: the letter of who is unanswered, `none`, or the plates found. */
  async answers(...ids: string[]): Promise<string[]> {
    const { found, unanswered } = await this.told(ids)
    return ids.map((id) => {
      const plates = found.filter((row) => row.id === id).map((row) => (row.faulty ? 'faulty' : String(cellsOf(row)[3])))
      return unanswered.get(id) ?? (plates.length === 0 ? 'none' : plates.sort().join(' '))
    })
  }

  /** The calls that were kept. */
  kept(): KeptCalls {
    return new KeptCalls(this.#dir)
  }

  /** Ends what is under way. */
  abort(): void {
    this.#end.abort()
  }

  async close(): Promise<void> {
    this.abort()
    await this.store.close()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
