/** Words of the contract without its schemas: what pages may load. */
export * from './case-words.ts'
export * from './double-labels.ts'
export * from './draft-columns.ts'
export * from './member-kinds.ts'
export * from './move-kinds.ts'
