import type { Scenario } from './kit.ts'

export const plants: readonly Scenario[] = []
