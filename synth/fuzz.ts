import type { Draft } from './draft.ts'

export function fuzz(_h: Draft): void {}
