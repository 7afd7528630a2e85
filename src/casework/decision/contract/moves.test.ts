import { expect, test } from 'vitest'
import { Approval, ReviewOpinion, SampleVisit } from './moves.ts'

test('who agrees may say no more than that; who does not says why', () => {
  expect(ReviewOpinion.safeParse({ agrees: true, text: '同意' }).success).toBe(true)
  expect(Approval.safeParse({ text: '同意' }).success).toBe(true)
  expect(ReviewOpinion.safeParse({ agrees: true, text: ' ' }).error?.issues[0]?.message).toBe('请填写意见')
  const refused = ReviewOpinion.safeParse({ agrees: false, text: '不行' })
  expect(refused.error?.issues).toMatchObject([{ path: ['text'], message: '不同意的，请写明理由，至少 4 个字' }])
  expect(ReviewOpinion.safeParse({ agrees: false, text: '收入没有核清' }).success).toBe(true)
})

test('whether what was seen agrees with the file is said by whoever was there', () => {
  const visit = { visitedOn: '2026-09-20', investigators: ['区甲', '区乙'], found: '与档案一致' }
  expect(SampleVisit.safeParse(visit).error?.issues).toMatchObject([{ path: ['agrees'], message: '请选择所见与材料是否一致' }])
  expect(SampleVisit.safeParse({ ...visit, agrees: false }).success).toBe(true)
})
