/**
 * Door of exports: tables of other capabilities as workbooks, out in the background (src/platform/table-export.ts says how to add one) and in
 * from people's spreadsheets (src/platform/table-import.ts).
 */
import type { Action } from '#platform/action'
import type { ImportKinds } from '#platform/table-import'
import {
  downloadExportAction,
  type ExportsDoor,
  listExportsAction,
  readExportAction,
  startExportAction,
} from './actions/exports.ts'

import {
  checkTableAction,
  downloadTemplateAction,
  listTableKindsAction,
  returnTableAction,
  takeTableAction,
} from './actions/table-imports.ts'

export type { ExportsDoor } from './actions/exports.ts'
export { exportJob, sweepExportsJob } from './jobs/write-table.ts'

/** The actions behind the routes of exports. */
export function exportsActions(door: ExportsDoor, tables: ImportKinds = {}): Action[] {
  return [
    startExportAction(door),
    listExportsAction(door),
    readExportAction(door),
    downloadExportAction(door),
    listTableKindsAction(tables),
    downloadTemplateAction(tables),
    checkTableAction(tables),
    takeTableAction(tables),
    returnTableAction(tables),
  ]
}
