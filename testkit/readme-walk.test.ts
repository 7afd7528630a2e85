import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readWalk } from './readme-walk.ts'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const marked = (text: string) => `<!-- walk:begin -->\n${text}\n<!-- walk:end -->`

describe('the walk that the READMEs point to', () => {
  it('has the same steps of the same accounts in both languages', () => {
    const own = ({ account, steps }: ReturnType<typeof readWalk>[number]) => ({ account, steps })
    const english = readWalk(read('docs/walk.md'), 'english').map(own)
    expect(english.length).toBeGreaterThan(10)
    expect(readWalk(read('docs/walk.zh.md'), 'chinese').map(own)).toEqual(english)
  })

  it('is named in each README once, in its own language', () => {
    const links = (name: string): string[] => [...read(name).matchAll(/\((docs\/walk[\w.]*)\)/g)].map(([, link = '']) => link)
    expect([links('README.md'), links('README.zh.md')]).toEqual([['docs/walk.md'], ['docs/walk.zh.md']])
  })

  it('is read step by step, over the ends of lines', () => {
    const [turn] = readWalk(marked('1. **申请** `township`：按 `新增申请`；\n   填 `姓名`：`丁`；等 `好`。'), 'chinese')
    expect(turn).toEqual({
      title: '申请',
      account: 'township',
      steps: [
        { verb: 'press', name: '新增申请', value: '' },
        { verb: 'fill', name: '姓名', value: '丁' },
        { verb: 'wait', name: '好', value: '' },
      ],
    })
  })

  it.each([
    ['1. **x** `township`: click `a`.', 'not a step of the walk: click `a`'],
    ['1. **x** `township`: fill `a`.', 'not a step of the walk: fill `a`'],
    ['1. **x** `township`: press `a`: `b`.', 'not a step of the walk: press `a`: `b`'],
    ['1. **x** `township`: press `a`', 'no end of the turn: press `a`'],
    ['1. x: press `a`.', 'not a turn of the walk: 1. x: press `a`.'],
  ])('refuses %s', (text, message) => {
    expect(() => readWalk(marked(text), 'english')).toThrow(message)
  })
})
