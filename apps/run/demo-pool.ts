/** Who may be called to a deliberation in the villages of the demo: fictional names, the same at every start. */
import { randomUUID } from 'node:crypto'
import { insertPoolMembers, listVillagesWithoutPool } from '#casework/server'
import { wholeScope, withTransaction } from '#platform/db'
import type { Installation } from './installation.ts'

const surnames = [
  '赵',
  '钱',
  '孙',
  '李',
  '周',
  '吴',
  '郑',
  '王',
  '冯',
  '陈',
  '褚',
  '卫',
  '蒋',
  '沈',
  '韩',
  '杨',
  '朱',
  '秦',
  '尤',
  '许',
  '何',
]
const given = [
  '德福',
  '秀兰',
  '国强',
  '桂花',
  '志明',
  '玉珍',
  '建军',
  '春梅',
  '长生',
  '凤英',
  '有才',
  '月娥',
  '满仓',
  '彩霞',
  '守义',
]

/** Of seventeen: twelve representatives of the residents, two of the committee, two of the party, one supervisor. */
const kinds = [
  ...Array.from({ length: 12 }, () => 'representative' as const),
  ...(['committee', 'committee', 'party', 'party', 'supervisor'] as const),
]

/** Fills the pools that are empty. */
export async function fillPools(installation: Installation): Promise<void> {
  await withTransaction(installation.workerDb, wholeScope('system:demo'), async (tx) => {
    const villages = await listVillagesWithoutPool(tx)
    const sealed = installation.keys.seal('{}')
    const members = villages.flatMap((villageCode, v) =>
      kinds.map((kind, k) => {
        const name = `${surnames[(v * 5 + k) % surnames.length]}${given[(v * 3 + k * 4) % given.length]}`
        return { memberId: randomUUID(), villageCode, name, kind, fromOn: '2026-01-01', sealed, idIndex: null }
      }),
    )
    await insertPoolMembers(tx, members)
  })
}
