import type { Scenario } from '../plants/kit.ts'

export const dirtScenarios: readonly Scenario[] = []
