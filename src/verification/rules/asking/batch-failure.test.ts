import { expect, it } from 'vitest'
import { Problem } from '#kernel/problem'
import { reasonOf, waitAfter } from './batch-failure.ts'

const waits = (obstacle: 'clash' | 'room' | 'fault'): number[] => {
  const found: number[] = []
  for (let seconds = waitAfter(obstacle, 1); seconds !== null; seconds = waitAfter(obstacle, found.length + 1))
    found.push(seconds)
  return found
}

it('waits grow and end: a fault after two, want of room only after a night', () => {
  for (const obstacle of ['clash', 'room', 'fault'] as const) {
    const found = waits(obstacle)
    expect(found).toEqual(found.toSorted((a, b) => a - b))
  }
  expect(waits('fault')).toHaveLength(2)
  const night = 8 * 3600
  expect(waits('room').reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThanOrEqual(night)
})

it('reasons are sentences for people: what a program said in its own words is not among them', () => {
  expect(reasonOf('room', '53100', new Error('could not extend file'))).toBe('数据库所在的磁盘已满，请清理或扩容')
  expect(reasonOf('room', '53400', new Error('limit'))).toBe('数据库资源不足，请系统管理员检查')
  expect(reasonOf('fault', undefined, new TypeError('x is undefined'))).toBe('处理时出错，请系统管理员查看日志')
  expect(reasonOf('fault', undefined, new Problem('a.b', '单位反馈的数据无法读取'))).toBe('单位反馈的数据无法读取')
})
