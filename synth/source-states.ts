import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { addDays, monthText } from './calendar.ts'
import { CsvFile } from './csv-file.ts'
import { manifestColumns, type RecordName, recordLayouts, recordNames, unansweredColumns, units } from './layout.ts'
import type { PlantedIssue } from './planted.ts'
import type { Rng } from './random.ts'
import type { Dirt, SourceStates, UnansweredRow, World } from './world.ts'

type Damage =
  | 'answered'
  | 'pending'
  | 'timeout'
  | 'source_error'
  | 'stale'
  | 'cut_off'
  | 'more_than_announced'
  | 'no_folder'
  | 'no_file'
  | 'no_column'
  | 'not_utf8'
  | 'open_quote'
  | 'text_after_quote'
  | 'no_manifest_row'
  | 'bad_manifest_row'

const whole = new Set<Damage>([
  'pending',
  'timeout',
  'source_error',
  'no_folder',
  'no_file',
  'no_column',
  'not_utf8',
  'open_quote',
  'text_after_quote',
  'no_manifest_row',
  'bad_manifest_row',
])

export interface StatePlan extends SourceStates {
  readonly damage: ReadonlyMap<RecordName, Damage>
}

const unitOf = (record: string): string => record.split('/')[0] as string
const nameOf = (record: string): string => record.split('/')[1] as string

const lightDamage: readonly (readonly [RecordName, Damage])[] = [
  ['utilities/usage', 'source_error'],
  ['third_party_payment/balances', 'stale'],
  ['police/exit_entry', 'cut_off'],
  ['housing/housing_aid', 'more_than_announced'],
]
const heavyKinds: readonly Damage[] = [
  'pending',
  'timeout',
  'no_file',
  'no_column',
  'stale',
  'cut_off',
  'more_than_announced',
  'no_manifest_row',
  'bad_manifest_row',
]
const mayVanish = ['agriculture', 'securities', 'insurance', 'utilities', 'third_party_payment', 'disabled_federation', 'housing']

/** One of every kind of damage, each to a record type of its own. */
function heavyDamage(rng: Rng): { damage: Map<RecordName, Damage>; brokenList: string } {
  const lost = rng.pick(mayVanish)
  const damage = new Map<RecordName, Damage>()
  for (const record of recordNames) if (unitOf(record) === lost) damage.set(record, 'no_folder')
  const left = rng.shuffle(recordNames.filter((r) => unitOf(r) !== lost && r !== 'police/register'))
  const unreadable = rng.pick<Damage>(['not_utf8', 'open_quote', 'text_after_quote'])
  for (const kind of [...heavyKinds, unreadable]) damage.set(left.pop() as RecordName, kind)
  if (rng.permille(150)) damage.set('police/register', rng.pick<Damage>(['cut_off', 'stale', 'pending']))
  return { damage, brokenList: rng.pick(units.filter((u) => u !== lost && u !== 'police')) }
}

/** Light: one record type no rule rests on is silent, two answers are old or short. Heavy: one of every kind of damage. */
export function planStates(rng: Rng, dirt: Dirt): StatePlan {
  const { damage, brokenList } = dirt === 'light' ? { damage: new Map(lightDamage), brokenList: null } : heavyDamage(rng)
  const having = (test: (kind: Damage) => boolean): Set<string> =>
    new Set([...damage].filter(([, kind]) => test(kind)).map(([r]) => r))
  return {
    damage,
    brokenList,
    down: having((kind) => whole.has(kind)),
    noAbsence: having((kind) => kind === 'stale' || kind === 'cut_off'),
  }
}

/** Columns of a record file with one of them left out. */
export const damagedColumns = (record: RecordName, plan: StatePlan): string[] | null =>
  plan.damage.get(record) === 'no_column' ? recordLayouts[record].columns.slice(0, -1) : null

class Closing {
  private readonly world: World
  private readonly plan: StatePlan
  private readonly out: string
  private readonly rng: Rng

  constructor(world: World, plan: StatePlan, out: string, rng: Rng) {
    this.world = world
    this.plan = plan
    this.out = out
    this.rng = rng
  }

  private issue(issue: PlantedIssue): void {
    this.world.planted.issues.push(issue)
  }

  private breakFile(record: RecordName, kind: Damage): void {
    const file = `sources/${record}.csv`
    const path = join(this.out, file)
    const missing = (code: string, severity: 'error' | 'warn', column = ''): void =>
      this.issue({ file, row: 0, column, code, severity })
    if (kind === 'no_folder' || kind === 'no_manifest_row' || kind === 'bad_manifest_row') missing('SOURCE_MISSING', 'warn')
    if (kind === 'no_column') missing('COLUMN_MISSING', 'error', recordLayouts[record].columns.at(-1) as string)
    if (kind === 'no_file') {
      rmSync(path)
      missing('FILE_MISSING', 'error')
    }
    if (kind === 'pending' || kind === 'timeout' || kind === 'source_error') rmSync(path)
    const bytes = { not_utf8: [0xb0, 0xa1, 0x2c], open_quote: [0x22, 0x31], text_after_quote: [0x22, 0x31, 0x22, 0x32] }[
      kind as 'not_utf8'
    ]
    if (bytes !== undefined) {
      appendFileSync(path, Uint8Array.from(bytes))
      missing('FILE_UNREADABLE', 'error')
    }
  }

  private announced(kind: Damage, rows: number): string {
    if (kind === 'cut_off') return String(rows + 1 + this.rng.below(40))
    if (kind === 'more_than_announced') return String(Math.max(0, rows - 1))
    return kind === 'answered' && this.rng.permille(100) ? '' : String(rows)
  }

  private manifestRow(manifest: CsvFile, record: RecordName, unit: string): void {
    const { asOf, month } = this.world
    const kind = this.plan.damage.get(record) ?? 'answered'
    if (kind === 'no_manifest_row') return
    const period = { record: nameOf(record), period_from: monthText(month - 12), period_to: monthText(month - 1) }
    if (kind === 'pending' || kind === 'timeout' || kind === 'source_error') {
      manifest.put({ ...period, state: kind, note: '接口停用' })
      return
    }
    const row = manifest.put({
      ...period,
      state: kind === 'bad_manifest_row' ? 'done' : 'answered',
      answered_on: addDays(asOf, -1),
      as_of_date: addDays(asOf, kind === 'stale' ? -63 : -this.rng.below(20)),
      row_count: this.announced(kind, this.world.source[record].rows),
    })
    const file = `sources/${unit}/manifest.csv`
    if (kind === 'bad_manifest_row') this.issue({ file, row, column: 'state', code: 'CODE_UNKNOWN', severity: 'error' })
    if (kind === 'cut_off' || kind === 'more_than_announced') {
      this.issue({ file, row, column: 'row_count', code: 'ROW_COUNT_MISMATCH', severity: 'warn' })
    }
  }

  private list(unit: string, rows: readonly UnansweredRow[]): void {
    const broken = this.plan.brokenList === unit
    if (rows.length === 0 && !broken) return
    const file = `sources/${unit}/unanswered.csv`
    const list = new CsvFile(join(this.out, file), unansweredColumns, broken ? { columns: ['record', 'id_number', 'state'] } : {})
    for (const { cells, fault } of rows) {
      const row = list.put(cells)
      if (fault && !broken) this.issue({ file, row, ...fault, severity: 'error' })
    }
    list.close()
    if (broken) this.issue({ file, row: 0, column: 'note', code: 'COLUMN_MISSING', severity: 'error' })
  }

  unit(unit: string): void {
    const records = recordNames.filter((r) => unitOf(r) === unit)
    for (const record of records) this.breakFile(record, this.plan.damage.get(record) ?? 'answered')
    if (this.plan.damage.get(records[0] as RecordName) === 'no_folder') {
      rmSync(join(this.out, 'sources', unit), { recursive: true })
      return
    }
    const manifest = new CsvFile(join(this.out, 'sources', unit, 'manifest.csv'), manifestColumns)
    for (const record of records) this.manifestRow(manifest, record, unit)
    manifest.close()
    this.list(
      unit,
      this.world.unanswered.filter((row) => row.unit === unit),
    )
  }
}

/** Writes what each unit says about its own answer, and does the damage that was planned. The record files must be closed. */
export function closeSources(world: World, plan: StatePlan, out: string, rng: Rng): void {
  const closing = new Closing(world, plan, out, rng)
  for (const unit of units) closing.unit(unit)
}
