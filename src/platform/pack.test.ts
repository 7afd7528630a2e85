import { expect, test } from 'vitest'
import { packBytes, unpackText } from './pack.ts'

test('a packed text comes back as it was, in less room', () => {
  const text = JSON.stringify({ 姓名: '张三', 说明: '核对'.repeat(500) })
  const packed = packBytes(Buffer.from(text))
  expect(packed.length).toBeLessThan(text.length / 4)
  expect(unpackText(packed)).toBe(text)
  expect(unpackText(packBytes(Buffer.alloc(0)))).toBe('')
})

test('bytes from before packing are read as they are', () => {
  expect(unpackText(Buffer.from('{"报告":1}'))).toBe('{"报告":1}')
})
