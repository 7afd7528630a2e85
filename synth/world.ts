import { monthNumber } from './calendar.ts'
import type { Cells, CsvFile } from './csv-file.ts'
import { type CoreTable, type RecordName, recordLayouts } from './layout.ts'
import type { Neighbour, People } from './people.ts'
import type { Village } from './places.ts'
import type { Planted } from './planted.ts'
import type { Rng } from './random.ts'

export type { Cells } from './csv-file.ts'
export type Dirt = 'light' | 'heavy'

/** What a unit's answer is worth in this package; `down`: unanswered as a whole, `absence`: cut off or stale, hits still count. */
export interface SourceStates {
  readonly down: ReadonlySet<string>
  readonly noAbsence: ReadonlySet<string>
  /** Unit whose list of unanswered persons cannot be used. */
  readonly brokenList: string | null
}

export interface OfficialRow {
  readonly cells: Cells
  readonly fault?: { column: string; code: string; severity: 'error' | 'warn' }
}

export interface UnansweredRow {
  readonly unit: string
  readonly cells: Cells
  readonly fault?: { column: string; code: string }
}

/** Everything a part of the generator needs to know and to write to. */
export class World {
  readonly month: number
  private readonly counters = new Map<string, number>()
  readonly unanswered: UnansweredRow[] = []
  /** People of earlier blind households. */
  readonly neighbours: Neighbour[] = []
  /** Rows of officials.csv, written at the end. */
  readonly officials: OfficialRow[] = []
  readonly asOf: string
  readonly district: string
  readonly rng: Rng
  readonly people: People
  readonly villages: readonly Village[]
  readonly core: Readonly<Record<CoreTable, CsvFile>>
  readonly source: Readonly<Record<RecordName, CsvFile>>
  readonly planted: Planted
  readonly states: SourceStates
  /** Rows are spoiled at random and nothing is planted. */
  readonly blind: boolean

  constructor(
    parts: Pick<World, 'asOf' | 'district' | 'rng' | 'people' | 'villages' | 'core' | 'source' | 'planted' | 'states' | 'blind'>,
  ) {
    this.asOf = parts.asOf
    this.district = parts.district
    this.rng = parts.rng
    this.people = parts.people
    this.villages = parts.villages
    this.core = parts.core
    this.source = parts.source
    this.planted = parts.planted
    this.states = parts.states
    this.blind = parts.blind
    this.month = monthNumber(parts.asOf)
  }

  private count(what: string): number {
    const n = (this.counters.get(what) ?? 0) + 1
    this.counters.set(what, n)
    return n
  }

  /** The unit's own number for a new record: never twice, in no order. */
  recordId(record: RecordName): string {
    return recordLayouts[record].prefix + String(100000000 + ((this.count(record) * 48271001 + 12345678) % 100000000)).slice(1)
  }

  /** Next number of a core table: letters and seven digits, rising. */
  serial(prefix: string): string {
    return prefix + String(10000000 + this.count(prefix)).slice(1)
  }

  /** A number that looks random and never comes twice: account, unit of land, plate, contract. */
  token(kind: string): string {
    return String(1000000000 + ((this.count(`#${kind}`) * 648271019 + 987654321) % 1000000000)).slice(1)
  }

  account(): string {
    return `6299${this.token('account')}`
  }

  unitNo(): string {
    return `6299${this.token('unit')}`
  }

  plate(): string {
    return `虚${'ABCDEFGHJKLMNPQRSTUVWXYZ'.charAt(this.rng.below(24))}${this.token('plate')}`
  }

  creditCode(start: '91' | '92'): string {
    return `${start}${this.district}${this.token('credit')}`
  }
}
