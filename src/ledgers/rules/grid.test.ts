import { describe, expect, it } from 'vitest'
import { Filled, PackedRows } from './grid.ts'

const LAST = 1000
/** What one filling must keep within, however the machine is loaded. */
const TIME = 5000

function row(number: number, cells: readonly string[]) {
  return { row: number, cells, hidden: false, lost: [], cut: [] }
}

describe('merged areas', () => {
  it('are filled downwards, and to the right where that is asked; a row goes on from the one above it', () => {
    const filling = new Filled(Int32Array.from([1, 0, 2, 1, 1, 3, 1, 4]))
    expect(filling.fill(row(1, ['甲', '', '乙', '丙']), true)).toEqual({
      cells: ['甲', '甲', '乙', '丙', '丙'],
      continued: new Set(),
    })
    expect(filling.fill(row(2, ['', '', '丁']), false)).toEqual({ cells: ['甲', '', '丁'], continued: new Set([0, 1]) })
    expect(filling.fill(row(3, ['戊']), false)).toEqual({ cells: ['戊'], continued: new Set() })
  })

  it('that overlap cost a row no more than its width', () => {
    const areas = Array.from({ length: LAST + 1 }, (_, at) => [1, LAST - at, 1_000_000, LAST]).flat()
    const filling = new Filled(Int32Array.from(areas))
    const begun = performance.now()
    let continued = 0
    for (let number = 1; number <= 4000; number++) continued = filling.fill(row(number, ['甲']), false).continued.size
    expect(continued).toBe(LAST + 1)
    expect(performance.now() - begun).toBeLessThan(TIME)
  })

  it('that begin in one row and overlap are filled once', () => {
    const areas = Array.from({ length: 300_000 }, (_, at) => [1, at % LAST, 1 + (at % 2), LAST - 1]).flat()
    const begun = performance.now()
    const { cells } = new Filled(Int32Array.from(areas)).fill(row(1, ['甲', '乙']), true)
    expect(cells.slice(0, 3)).toEqual(['甲', '乙', '甲'])
    expect(cells).toHaveLength(LAST)
    expect(performance.now() - begun).toBeLessThan(TIME)
  })
})

describe('packed rows', () => {
  it('keep each cell in its column, whatever stands in it', () => {
    const rows = new PackedRows()
    rows.add({ row: 1, cells: ['甲\u0001乙', '丙', '\u0001'] })
    rows.add({ row: 2, cells: ['\u0001', ' '] })
    expect(rows.at(0).cells).toEqual(['甲乙', '丙'])
    expect([rows.length, rows.blanks, rows.width]).toEqual([1, 1, 2])
  })
})
