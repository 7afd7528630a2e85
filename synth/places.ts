import type { Cells } from './csv-file.ts'

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

interface Places {
  readonly rows: Cells[]
  readonly villages: Village[]
  readonly townships: Cells[]
}

const three = (n: number): string => String(1000 + n).slice(1)

/** One township or street with its villages. */
function addTown(places: Places, district: string, number: number, villages: number, urban: boolean): void {
  const code = `${district}${three(number)}000`
  const stem = `${townStems.charAt(number % 10)}${townBranches.charAt((number + (urban ? 0 : 2)) % 12)}`
  const suffix = number % 3 === 0 ? '乡' : '镇'
  const name = `${stem}${urban ? '街道' : suffix}`
  const town = { code, name, level: 'township', kind: urban ? 'street' : 'township', parent_code: `${district}000000` }
  places.rows.push(town)
  places.townships.push(town)
  for (let v = 1; v <= villages; v++) {
    const village = {
      code: `${code.slice(0, 9)}${three(urban ? v : 200 + v)}`,
      name: `${stem}${villageStems[(v + number) % villageStems.length]}${v > villageStems.length ? '新' : ''}${urban ? '社区' : '村'}`,
      level: 'village',
      kind: urban ? 'community' : 'village',
      parent_code: code,
    }
    places.rows.push(village)
    const programme = urban ? 'urban' : 'rural'
    places.villages.push({ code: village.code, name: village.name, programme, township: code, townshipName: name })
  }
}

/** The 4 streets with 50 communities and 36 townships with 650 villages of a full-size district, fewer of all in a small one. */
export function makePlaces(district: string, districtName: string, households: number): Places {
  const scaled = (least: number, most: number, perPlace: number): number =>
    Math.max(least, Math.min(most, Math.round(households / perPlace)))
  const places: Places = {
    rows: [{ code: `${district}000000`, name: districtName, level: 'district', kind: 'district' }],
    villages: [],
    townships: [],
  }
  const fill = (towns: number, villages: number, urban: boolean): void => {
    for (let t = 0; t < towns; t++) {
      const here = Math.floor(((t + 1) * villages) / towns) - Math.floor((t * villages) / towns)
      addTown(places, district, urban ? t + 1 : 100 + t, here, urban)
    }
  }
  fill(scaled(1, 4, 2000), scaled(2, 50, 120), true)
  fill(scaled(3, 36, 120), scaled(6, 650, 30), false)
  return places
}
