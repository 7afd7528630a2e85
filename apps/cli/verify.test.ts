import { expect, it } from 'vitest'
import { stageText } from './verify.ts'

it('says how far a verification is, with a share where there is one', () => {
  const progress = { file: 'persons.csv', rows: 120, bytesRead: 25, bytesTotal: 100 }
  expect(stageText({ stage: 'import', progress })).toEqual({ text: '导入 persons.csv 120 行', share: 0.25 })
  expect(stageText({ stage: 'import', progress: { ...progress, bytesTotal: 0 } }).share).toBe(1)
  expect(stageText({ stage: 'verify', done: 30, of: 120, trouble: undefined })).toEqual({ text: '核对 30/120 户', share: 0.25 })
  const waits = stageText({ stage: 'verify', done: 0, of: 0, trouble: '成员单位未答复' })
  expect(waits).toEqual({ text: '核对 0/0 户（稍后重试：成员单位未答复）', share: 1 })
  const others = (['database', 'sources', 'export'] as const).map((stage) => stageText({ stage }))
  expect(others).toEqual([{ text: '启动数据库' }, { text: '成员单位准备数据' }, { text: '写出结果' }])
})
