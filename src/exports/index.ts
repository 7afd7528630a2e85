/** Door of exports: tables of other capabilities as workbooks in the background. How to add one: src/platform/table-export.ts. */
import type { Action } from '#platform/action'
import {
  downloadExportAction,
  type ExportsDoor,
  listExportsAction,
  readExportAction,
  startExportAction,
} from './actions/exports.ts'

export type { ExportsDoor } from './actions/exports.ts'
export { exportJob, sweepExportsJob } from './jobs/write-table.ts'

/** The actions behind the routes of exports. */
export function exportsActions(door: ExportsDoor): Action[] {
  return [startExportAction(door), listExportsAction(door), readExportAction(door), downloadExportAction(door)]
}
