import { describe, expect, it } from 'vitest'
import { StageQueue } from './stage-queue.ts'

const MB = 2 ** 20

describe('work of the database behind the reading', () => {
  it('is done in order, one piece at a time, while the reading goes on', async () => {
    const queue = new StageQueue()
    const seen: string[] = []
    for (const name of ['a', 'b']) {
      await queue.add(MB, async () => {
        seen.push(`${name} begins`)
        await new Promise(setImmediate)
        seen.push(`${name} ends`)
      })
    }
    expect(seen).not.toContain('b ends')
    await queue.done()
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('holds the reading back while too much waits', async () => {
    const queue = new StageQueue()
    let release: () => void = () => undefined
    await queue.add(10 * MB, () => new Promise<void>((resolve) => (release = resolve)))
    let isAdded = false
    const second = queue.add(10 * MB, async () => undefined).then(() => (isAdded = true))
    await new Promise(setImmediate)
    expect(isAdded).toBe(false)
    release()
    await second
    await queue.done()
  })

  it('takes a piece larger than the whole room', async () => {
    const queue = new StageQueue()
    await queue.add(100 * MB, async () => undefined)
    await queue.add(100 * MB, async () => undefined)
    await queue.done()
  })

  it('tells the reading of a failure and does nothing after it', async () => {
    const queue = new StageQueue()
    let later = false
    await queue.add(1, () => Promise.reject(new Error('no space')))
    await queue.add(1, async () => {
      later = true
    })
    await expect(queue.done()).rejects.toThrow('no space')
    await expect(queue.add(1, async () => undefined)).rejects.toThrow('no space')
    expect(later).toBe(false)
  })

  it('begins nothing more once it is stopped, and waits for what runs', async () => {
    const queue = new StageQueue()
    const seen: string[] = []
    await queue.add(1, async () => {
      seen.push('begins')
      await new Promise(setImmediate)
      seen.push('ends')
    })
    await queue.add(1, async () => seen.push('never'))
    await Promise.resolve()
    await queue.stop()
    expect(seen).toEqual(['begins', 'ends'])
  })
})
