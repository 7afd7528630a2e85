import type { Facts } from './fact.ts'

export const fieldFacts: Facts = {}
