import type { Cells } from './world.ts'

export interface Village {
  readonly code: string
  readonly name: string
  readonly programme: 'urban' | 'rural'
  readonly township: string
  readonly townshipName: string
}

const townStems = '甲乙丙丁戊己庚辛壬癸'
const townBranches = '子丑寅卯辰巳午未申酉戌亥'
const villageStems = [
  '春山',
  '秋水',
  '云岭',
  '麦田',
  '柳溪',
  '松坡',
  '桃林',
  '石泉',
  '青禾',
  '安宁',
  '竹园',
  '梅庄',
  '星河',
  '月湾',
  '雪坪',
  '禾川',
]

/** The 4 streets with 50 communities and 36 townships with 650 villages of a full-size district, fewer of all in a small one. */
export function makePlaces(
  district: string,
  districtName: string,
  households: number,
): { rows: Cells[]; villages: Village[]; townships: Cells[] } {
  const streets = Math.max(1, Math.min(4, Math.round(households / 2000)))
  const townships = Math.max(3, Math.min(36, Math.round(households / 120)))
  const communities = Math.max(2, Math.min(50, Math.round(households / 120)))
  const villages = Math.max(6, Math.min(650, Math.round(households / 30)))
  const rows: Cells[] = [{ code: `${district}000000`, name: districtName, level: 'district', kind: 'district' }]
  const places: Village[] = []
  const towns: Cells[] = []
  const fill = (count: number, below: number, urban: boolean): void => {
    for (let t = 0; t < count; t++) {
      const number = urban ? t + 1 : 100 + t
      const code = `${district}${String(1000 + number).slice(1)}000`
      const stem = `${townStems.charAt(number % 10)}${townBranches.charAt((number + (urban ? 0 : 2)) % 12)}`
      const name = urban ? `${stem}街道` : `${stem}${number % 3 === 0 ? '乡' : '镇'}`
      const town = { code, name, level: 'township', kind: urban ? 'street' : 'township', parent_code: `${district}000000` }
      rows.push(town)
      towns.push(town)
      const here = Math.floor(((t + 1) * below) / count) - Math.floor((t * below) / count)
      for (let v = 1; v <= here; v++) {
        const village = {
          code: `${code.slice(0, 9)}${String(1000 + (urban ? v : 200 + v)).slice(1)}`,
          name: `${stem}${villageStems[(v + t) % villageStems.length]}${v > villageStems.length ? '新' : ''}${urban ? '社区' : '村'}`,
          level: 'village',
          kind: urban ? 'community' : 'village',
          parent_code: code,
        }
        rows.push(village)
        places.push({
          code: village.code,
          name: village.name,
          programme: urban ? 'urban' : 'rural',
          township: code,
          townshipName: name,
        })
      }
    }
  }
  fill(streets, communities, true)
  fill(townships, villages, false)
  return { rows, villages: places, townships: towns }
}
