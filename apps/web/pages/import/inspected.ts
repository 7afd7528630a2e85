import type { Output } from '../../client.ts'

/** Head of an uploaded list: its columns, samples and our guess. */
export type Inspected = Output<'registry.inspect-list'>
