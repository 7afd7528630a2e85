/** Words of the contract without its schemas: what pages may load. */

export * from '../cases/contract/case-words.ts'
export * from '../deliberation/contract/member-kinds.ts'
export * from '../intake/contract/draft-columns.ts'
export * from '../procedure/contract/move-kinds.ts'
