/** Every procedure the product knows, by id. */

import type { Procedure } from '../model.ts'
import { DIBAO_2012 } from './dibao-2012.ts'
import { DIBAO_2021 } from './dibao-2021.ts'

export const PROCEDURES: ReadonlyMap<string, Procedure> = new Map(
  [...DIBAO_2012, ...DIBAO_2021].map((procedure) => [procedure.id, procedure]),
)
