/** Words of the contract without its schemas: what pages may load. */
export * from './data-standard-words.ts'
export * from './hint-words.ts'
