import { deathPlants } from './death.ts'
import { familyPlants } from './family.ts'
import { kinPlants } from './kin.ts'
import type { Scenario } from './kit.ts'
import { moneyPlants } from './money.ts'
import { procedurePlants } from './procedure.ts'
import { propertyPlants } from './property.ts'
import { registerPlants } from './register.ts'
import { workPlants } from './work.ts'

const all = [
  ...deathPlants,
  ...registerPlants,
  ...familyPlants,
  ...kinPlants,
  ...propertyPlants,
  ...workPlants,
  ...moneyPlants,
  ...procedurePlants,
]

/** Every planted situation; those that show each rule once come first. */
export const plants: readonly Scenario[] = [...all.filter((s) => s.main), ...all.filter((s) => !s.main)]
