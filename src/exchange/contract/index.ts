/** The exchange contract: what the browser may know of the centre's own side. Runs anywhere. */
export * from './board.ts'
export * from './carried.ts'
export * from './own-unit.ts'
