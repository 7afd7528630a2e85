import { addDays, dateOf, dayNumber } from './calendar.ts'
import type { Human } from './people.ts'
import { recordRow } from './record-templates.ts'
import type { Cells, World } from './world.ts'

/** A new official with a register row of his own; `changes` replace cells of officials.csv. */
export function addOfficial(world: World, changes: Cells = {}, known?: Human): Human & { officialNo: string } {
  const { rng, people, asOf } = world
  let human = known
  if (human === undefined) {
    const birth = dateOf(dayNumber(asOf) - rng.between(28 * 365, 57 * 365))
    const sex = people.sex()
    human = { id: people.number(birth, sex), name: people.name(), sex, birth }
  }
  const officialNo = world.serial('G')
  const cells = {
    official_no: officialNo,
    name: human.name,
    id_number: human.id,
    role: 'handler',
    post: '民政经办',
    unit: '甲子区虚构单位',
    division_code: world.villages[0]?.township ?? '',
    in_office_from: '2021-01-01',
    ...changes,
  }
  world.officials.push({ cells })
  return { ...human, officialNo }
}

/** The register row of an official nobody else knows. */
export function registerOfficial(world: World, human: Human, changes: Cells = {}): void {
  const division = world.villages[0]?.code ?? ''
  const row = recordRow(world, 'police/register', human, {
    register_household_no: `HH${world.token('book')}`,
    division_code: division,
    ...changes,
  })
  world.source['police/register'].put(row)
}

/** Three officials of every township and a cadre of every village, some of them out of office. */
export function writeOfficials(world: World, townships: readonly Cells[]): void {
  const { rng, asOf } = world
  for (const town of townships) {
    const post = { division_code: town.code as string, unit: `${town.name}民政办` }
    registerOfficial(world, addOfficial(world, post))
    registerOfficial(
      world,
      addOfficial(world, rng.permille(200) ? { ...post, in_office_to: addDays(asOf, -rng.between(1, 400)) } : post),
    )
    registerOfficial(world, addOfficial(world, { ...post, role: 'leader', post: '分管领导', unit: `${town.name}人民政府` }))
  }
  for (const village of world.villages) {
    if (rng.permille(600)) {
      registerOfficial(
        world,
        addOfficial(world, {
          role: 'village_cadre',
          post: '村主任',
          unit: `${village.name}村民委员会`,
          division_code: village.code,
        }),
      )
    }
  }
}

/** Writes officials.csv, with what was planted in it. */
export function writeOfficialRows(world: World): void {
  for (const { cells, fault } of world.officials) {
    const row = world.core.officials.put(cells)
    if (fault) world.planted.issues.push({ file: 'officials.csv', row, ...fault })
  }
}
