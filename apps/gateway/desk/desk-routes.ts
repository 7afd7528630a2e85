/** The addresses of the desk. */
import { recordsOf } from '../store/source-folder.ts'
import type { MenuItem } from './frame.ts'
import { downloadSetAside, dropPage, dropTemplate, setAsidePage, takeUpload } from './pages/drop-page.ts'
import { exportChain, exportCsv, exportPage } from './pages/export-page.ts'
import { keysPage } from './pages/keys-page.ts'
import { logPage, personLogPage } from './pages/log-page.ts'
import { answerQuestion, manualListPage, questionPage } from './pages/manual-page.ts'
import { changeMapping, mappingPage, mappingsPage } from './pages/mapping-page.ts'
import { overviewPage } from './pages/overview-page.ts'
import { decideSetAside, refusalsPage } from './pages/refusals-page.ts'
import type { DeskParts } from './port.ts'
import type { Reply, Visit } from './visit.ts'

type Handle = (visit: Visit) => Reply | Promise<Reply>

/** A page that is opened, or a form that is sent; `:name` at the end of an address names something. */
export interface DeskRoute {
  method: 'GET' | 'POST'
  path: string
  handle: Handle
}

export const deskRoutes: readonly DeskRoute[] = [
  { method: 'GET', path: '/', handle: overviewPage },
  { method: 'GET', path: '/log', handle: logPage },
  { method: 'POST', path: '/log/person', handle: personLogPage },
  { method: 'GET', path: '/refusals', handle: refusalsPage },
  { method: 'POST', path: '/refusals', handle: decideSetAside },
  { method: 'GET', path: '/mapping', handle: mappingsPage },
  { method: 'GET', path: '/mapping/:name', handle: mappingPage },
  { method: 'POST', path: '/mapping/:name', handle: changeMapping },
  { method: 'GET', path: '/drop', handle: dropPage },
  { method: 'POST', path: '/drop', handle: takeUpload },
  { method: 'GET', path: '/drop/template/:name', handle: dropTemplate },
  { method: 'GET', path: '/drop/set-aside/:name', handle: setAsidePage },
  { method: 'POST', path: '/drop/set-aside/:name', handle: downloadSetAside },
  { method: 'GET', path: '/manual', handle: manualListPage },
  { method: 'GET', path: '/manual/:name', handle: questionPage },
  { method: 'POST', path: '/manual/:name', handle: answerQuestion },
  { method: 'GET', path: '/export', handle: exportPage },
  { method: 'POST', path: '/export/csv', handle: exportCsv },
  { method: 'POST', path: '/export/chain', handle: exportChain },
  { method: 'GET', path: '/keys', handle: keysPage },
]

/** The pages this unit has a use for. */
export function menuOf({ config, store }: DeskParts): MenuItem[] {
  const isMapped = store.source.kind !== 'package' && store.source.kind !== 'platform'
  const hasManual = (config.manual ?? []).length > 0 || store.register.countOpen() > 0
  const hasRecords = recordsOf(config.unit).length > 0
  return [
    { at: '/', label: '概况' },
    { at: '/log', label: '谁问了什么' },
    { at: '/refusals', label: '拒答' },
    ...(isMapped && hasRecords ? [{ at: '/mapping', label: '数据映射' }] : []),
    ...(store.intake === undefined ? [] : [{ at: '/drop', label: '数据投放' }]),
    ...(hasManual ? [{ at: '/manual', label: '人工答复' }] : []),
    { at: '/export', label: '日志导出' },
    { at: '/keys', label: '密钥' },
  ]
}
