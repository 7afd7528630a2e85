/** Imports a district package from a folder for a command, with its entry in the journal. */
import { randomUUID } from 'node:crypto'
import { append } from '#journal'
import { nowIso } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import type { Pack } from '#policy'
import { folderSource, type ImportProgress, type ImportResult, importPackage } from '#registry'
import type { Installation } from './installation.ts'
import { importLimits } from './limits.ts'

export interface ImportOrder {
  packageDir: string
  pack: Pack
  /** `YYYY-MM-DD` */
  asOf: string
  /** 'system:…' */
  actor: string
  onProgress?(progress: ImportProgress): void
}

/** Imports the package; the checks' limits are those of the pack. Throws `package.unusable`. */
export async function importFolder(installation: Installation, order: ImportOrder): Promise<ImportResult> {
  const { workerDb, keys } = installation
  const { asOf, actor, onProgress } = order
  const result = await importPackage(workerDb, keys, await folderSource(order.packageDir), {
    asOf,
    limits: importLimits(order.pack, asOf),
    actor,
    now: () => nowIso(installation.clock),
    newId: randomUUID,
    traced: false,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const { importId, changed, removed, errors, warnings, districtCode } = result
  await withTransaction(workerDb, wholeScope(actor), (tx) =>
    append(tx, {
      chain: 'system:imports',
      action: 'registry.import-package',
      divisionCode: `${districtCode}000000`,
      basis: '社会救助暂行办法：申请家庭信息的登记',
      purpose: '导入区县数据包',
      detail: { importId, changed, removed, errors, warnings },
    }),
  )
  return result
}
