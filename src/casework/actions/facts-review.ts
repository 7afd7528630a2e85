import type { Facts } from './fact.ts'

export const reviewFacts: Facts = {}
