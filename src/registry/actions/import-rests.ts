/** What rests on an import: later imports, corrections, accounts, scans, and what the capabilities above asked or paid for its households. */
import type { Tx } from '#platform/db'
import type { ImportRest } from '../contract/imports.ts'
import { countOwnRests, listLaterImports } from '../store/import-rests.ts'
import type { ImportRunRow } from '../store/import-run.ts'

/** Everything that would hang in the air if the run were taken back; empty where nothing does. */
export async function restsOf(
  tx: Tx,
  run: Pick<ImportRunRow, 'import_id' | 'ended_at'>,
  door: { restsOn(tx: Tx, importId: string): Promise<ImportRest[]> },
): Promise<ImportRest[]> {
  const endedAt = run.ended_at ?? ''
  const later = await listLaterImports(tx, run.import_id, endedAt)
  const own = await countOwnRests(tx, run.import_id, endedAt)
  const counted: ImportRest[] = [
    { kind: 'correction', label: '更正登记信息', count: own.corrections, href: null },
    { kind: 'correction', label: '处理退回的数据行', count: own.mended, href: `/imports/${run.import_id}` },
    { kind: 'correction', label: '在新增家庭中另行登记', count: own.others, href: null },
    { kind: 'account', label: '申请或确认账户变更', count: own.accounts, href: '/accounts' },
    { kind: 'scan', label: '上传授权书扫描件', count: own.scans, href: null },
  ]
  return [
    ...later.map(
      ({ importId, name, rows }): ImportRest => ({
        kind: 'import',
        label: `之后的导入“${name}”`,
        count: rows,
        href: `/imports/${importId}`,
      }),
    ),
    ...counted.filter(({ count }) => count > 0),
    ...(await door.restsOn(tx, run.import_id)),
  ]
}
