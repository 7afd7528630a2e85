import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chineseDate } from './chinese-date.ts'

describe('a day or month in messages', () => {
  it.each([
    ['2026-12-03', '2026年12月3日'],
    ['2026-10', '2026年10月'],
    ['尚未', '尚未'],
    ['', ''],
  ])('%s is said as %s', (stored, said) => {
    expect(chineseDate(stored)).toBe(said)
  })

  const named =
    "[\\w.?]*(?:On|_on|[mM]onth|[uU]ntil|[vV]alidTo|valid_to|valid_from|effective_from|asOf|latest|earliest|[tT]oday|issued)(?: \\?\\? '[^']*')?"
  const beside = '[\\u4e00-\\u9fff（）：，。“”]'
  const asStored = (text: string): string[] =>
    text.match(new RegExp(`${beside}\\s?\\$\\{${named}\\}|\\$\\{${named}\\}\\s?${beside}`, 'g')) ?? []

  it('is not said as it is stored by whoever works on cases and accounts', () => {
    for (const text of [`公示已于 ${'$'}{toOn} 期满`, `，${'$'}{month} 还没有到`, `开始日期 ${'$'}{duty.valid_from}`])
      expect(asStored(text)).toHaveLength(1)
    expect(asStored(`公示已于 ${'$'}{chineseDate(toOn)} 期满`)).toEqual([])
    const src = join(import.meta.dirname, '..')
    const files = globSync('{casework,identity}/**/*.ts', { cwd: src }).filter((path) => !path.endsWith('.test.ts'))
    expect(files.length).toBeGreaterThan(150)
    expect(files.flatMap((path) => asStored(readFileSync(join(src, path), 'utf8')).map((found) => `${path} ${found}`))).toEqual(
      [],
    )
  })
})
