/** For installations and tests that read no workbook in a form of its own. */
import type { LedgerDoor } from '../src/registry/ledger-door.ts'
import { unusable } from '../src/registry/package-source.ts'

/** Refuses every workbook that is no package. */
export const noLedgers: LedgerDoor = {
  async open(_tx, _keys, _blobs, { file }) {
    throw unusable(`${file.path} 不是数据包：请上传文件夹、ZIP 压缩包或 .xlsx 工作簿`)
  },
  learn: async () => undefined,
  async returned() {
    throw unusable('没有可以退回的表格')
  },
}
