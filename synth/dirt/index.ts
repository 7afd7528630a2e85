import type { Scenario } from '../plants/kit.ts'
import { personDirt } from './persons.ts'
import { rollDirt } from './roll.ts'
import { sourceDirt } from './sources.ts'

const all = [...personDirt, ...rollDirt, ...sourceDirt]

/** Every planted mistake of the rolls and of the units' rows; one of each code comes first. */
export const dirtScenarios: readonly Scenario[] = [...all.filter((s) => s.main), ...all.filter((s) => !s.main)]
