import type { Facts } from './fact.ts'

export const intakeFacts: Facts = {}
