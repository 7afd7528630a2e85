/** Words of the contract without its schemas: what pages may load. */
export * from './double-labels.ts'
