import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Background } from './background.ts'
import { isRealDate } from './calendar.ts'
import { CsvFile, type FileStyle } from './csv-file.ts'
import { dirtScenarios } from './dirt/index.ts'
import { fuzz } from './fuzz.ts'
import { type CoreTable, coreOrder, coreTables, type RecordName, recordLayouts, recordNames, units } from './layout.ts'
import { writeOfficialRows, writeOfficials } from './officials.ts'
import { composeOrdinary } from './ordinary.ts'
import { People } from './people.ts'
import { makePlaces, type Village } from './places.ts'
import { type Planted, plantedCsv } from './planted.ts'
import { plants } from './plants/index.ts'
import { Kit, type Scenario } from './plants/kit.ts'
import { Rng } from './random.ts'
import { closeSources, damagedColumns, planStates, type StatePlan } from './source-states.ts'
import { type Cells, type Dirt, World } from './world.ts'

export { runOracle } from './oracle/index.ts'
export { checkPlanted, comparePlanted } from './oracle-check.ts'
export type { Planted } from './planted.ts'

export interface GenerateOptions {
  readonly seed: number
  readonly households: number
  readonly out: string
  /** As-of date the district is built around, YYYY-MM-DD. */
  readonly asOf?: string
  readonly dirt?: Dirt
  /** Every household gets facts and mistakes at random and nothing is planted: for holding two implementations against each other. */
  readonly blind?: boolean
  readonly progress?: (done: { households: number; of: number; rows: number }) => void
}

export interface GenerateResult {
  readonly households: number
  readonly persons: number
  readonly supporters: number
  readonly sourceRows: number
  readonly planted: { readonly expected: number; readonly forbidden: number; readonly issues: number }
}

const district = '629901'
const districtName = '甲子区（虚构）'
/** Reference rows of a full-size district: 6 million for 25,000 households; 24 of the 240 are register rows. */
const registerRowsPerHousehold = 24
/** Files so long that their column order stays as it is: rewriting every row would cost more than it shows. */
const long = new Set<string>([
  'banks/deposits',
  'finance/subsidy_card',
  'medical_security/settlements',
  'police/register',
  'hrss/contributions',
])

/** The outside of a file: byte order mark, line ends, column order, empty lines and columns nobody asked for. */
function styleOf(rng: Rng, name: string, columns: readonly string[]): FileStyle {
  const style = {
    bom: rng.permille(200),
    crlf: rng.permille(200),
    blankEvery: rng.permille(200) ? rng.between(7, 400) : 0,
    untidyHeader: rng.permille(100),
  }
  if (long.has(name) || !rng.permille(300)) return style
  const order = rng.pick([
    [...columns].reverse(),
    [...columns, 'remark'],
    [...columns, columns[1] as string],
    rng.shuffle([...columns]),
  ])
  return { ...style, columns: order }
}

function openFiles(out: string, rng: Rng, plan: StatePlan): Pick<World, 'core' | 'source'> {
  const core = {} as Record<CoreTable, CsvFile>
  for (const table of coreOrder)
    core[table] = new CsvFile(join(out, `${table}.csv`), coreTables[table], styleOf(rng, table, coreTables[table]))
  const source = {} as Record<RecordName, CsvFile>
  for (const unit of units) mkdirSync(join(out, 'sources', unit), { recursive: true })
  for (const record of recordNames) {
    const { columns } = recordLayouts[record]
    const style = styleOf(rng, record, columns)
    const cut = damagedColumns(record, plan)
    source[record] = new CsvFile(join(out, 'sources', `${record}.csv`), columns, cut ? { ...style, columns: cut } : style)
  }
  return { core, source }
}

/** Which household is what: plants and dirt spread among ordinary families. */
function schedule(rng: Rng, households: number, blind: boolean): (Scenario | null)[] {
  if (blind) return Array.from({ length: households }, () => null)
  const plantsWanted = plants.reduce((sum, p) => sum + p.households, 0)
  const blocks: (Scenario | null)[] = []
  let used = 0
  const fill = (list: readonly Scenario[], until: number): void => {
    for (let i = 0; list.length > 0 && used < until; i++) {
      const next = list[i % list.length] as Scenario
      if (used + next.households > households) return
      blocks.push(next)
      used += next.households
    }
  }
  fill(plants, Math.max(Math.min(plantsWanted, Math.floor(households * 0.6)), Math.floor(households * 0.22)))
  const dirty = dirtScenarios.reduce((sum, d) => sum + d.households, 0)
  fill(dirtScenarios, used + Math.max(Math.min(dirty, Math.floor(households * 0.38)), Math.floor(households * 0.06)))
  for (; used < households; used++) blocks.push(null)
  return rng.shuffle(blocks)
}

function ordinary(kit: Kit): void {
  const { rng } = kit.world
  const household = kit.household({
    kind: rng.permille(80) ? 'new' : 'existing',
    aidFrom: kit.world.month - rng.between(1, 70),
  })
  composeOrdinary(household)
  if (kit.world.blind || rng.permille(90)) fuzz(household)
}

/** After so many households progress is told. */
const householdsATelling = 100

function writeHouseholds(world: World, options: GenerateOptions): void {
  const { households } = options
  const background = new Background(world)
  const slots = (i: number): { no: string; village: Village } => {
    const village = world.villages[Math.floor((i * world.villages.length) / households)] as Village
    return { no: `H${village.code.slice(6)}${String(1000000 + i + 1).slice(1)}`, village }
  }
  let done = 0
  let told = 0
  for (const scenario of schedule(world.rng, households, world.blind)) {
    const kit = new Kit(world, done, slots, scenario?.name)
    if (scenario === null) ordinary(kit)
    else scenario.run(kit)
    done += scenario?.households ?? 1
    kit.write()
    while (world.source['police/register'].rows < done * registerRowsPerHousehold) background.family()
    if (done - told < householdsATelling) continue
    told = done
    options.progress?.({ households: done, of: households, rows: totalRows(world) })
  }
}

/** The divisions, one of them twice. */
function writeDivisions(world: World, rows: readonly Cells[]): void {
  const file = world.core.divisions
  for (const cells of rows) file.put(cells)
  const row = file.put(rows.at(-1) ?? {})
  world.planted.issues.push({ file: 'divisions.csv', row, column: 'code', code: 'REPEATED_ROW', severity: 'warn' })
}

const totalRows = (world: World): number => recordNames.reduce((sum, record) => sum + world.source[record].rows, 0)

/**
 * Writes a fictional district package into `out` (made new): manifest, twelve core files, the answers of 18 units, and
 * planted.json / planted.csv with what was planted. The same options give the same bytes on every machine.
 */
export async function generateDistrict(options: GenerateOptions): Promise<GenerateResult> {
  const { seed, households, out, asOf = '2026-09-30', dirt = 'light', blind = false } = options
  if (!isRealDate(asOf)) throw new RangeError(`no such date: ${asOf}`)
  for (const name of [...coreOrder.map((t) => `${t}.csv`), 'manifest.json', 'planted.json', 'planted.csv', 'sources']) {
    rmSync(join(out, name), { recursive: true, force: true })
  }
  mkdirSync(out, { recursive: true })
  const rng = new Rng(`${seed}/${households}/${asOf}/${dirt}`)
  const plan = planStates(new Rng(`${seed}/states`), dirt)
  const files = openFiles(out, new Rng(`${seed}/styles`), plan)
  const places = makePlaces(district, districtName, households)
  const planted: Planted = { seed, households, as_of: asOf, dirt, expected: [], forbidden: [], issues: [] }
  const people = new People(rng, district)
  const world = new World({ asOf, district, rng, people, villages: places.villages, ...files, planted, states: plan, blind })
  writeDivisions(world, places.rows)
  writeOfficials(world, places.townships)
  writeHouseholds(world, options)
  writeOfficialRows(world)
  for (const file of [...Object.values(world.core), ...Object.values(world.source)]) file.close()
  const sourceRows = totalRows(world)
  closeSources(world, plan, out, new Rng(`${seed}/manifests`))
  const manifest = {
    format: 'yingbao-district-package',
    version: '1.0',
    district_code: district,
    district_name: districtName,
    exported_on: asOf,
    as_of_hint: asOf,
  }
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(out, 'planted.json'), `${JSON.stringify(planted, null, 1)}\n`)
  writeFileSync(join(out, 'planted.csv'), plantedCsv(planted))
  return {
    households,
    persons: world.core.persons.rows,
    supporters: world.core.supporters.rows,
    sourceRows,
    planted: { expected: planted.expected.length, forbidden: planted.forbidden.length, issues: planted.issues.length },
  }
}
