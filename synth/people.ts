import { dayNumber } from './calendar.ts'
import type { Rng } from './random.ts'

/** A fictional human being: what a document would say. */
export interface Human {
  readonly id: string
  readonly name: string
  readonly sex: '1' | '2'
  readonly birth: string
}

/** Somebody of an earlier household, for ties between households. */
export interface Neighbour {
  readonly human: Human
  readonly account: string
}

const surnames = [...'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥']
const given = [...'春夏秋冬山川云雨雪风霜露梅兰菊荷松柏桃李麦禾粟草木林田园溪泉江海星月明清安宁康平福禄']
const simplified = [...'华兰云龙凤国丽东贵财银铁长兴荣庆学晓红伟军强连叶战万丰宝顺应']
/** Characters of GB 18030 that few systems can show; several lie outside the basic plane. */
const rare = ['䶮', '㛃', '𠮷', '𬱖', '𫖯', '𬍛', '䲜', '𡈽']
const dottedGiven = ['阿依', '巴图', '卓玛', '扎西', '古丽', '帕提', '努尔', '艾山']
const givenAll = [...given, ...simplified]

/** Weights of GB 11643-1999 and its check characters. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'
export const checkCharacter = (body: string): string => {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (body.charCodeAt(i) - 48) * (weights[i] as number)
  return checkCharacters.charAt(sum % 11)
}

/**
 * Gives out names and valid, fictional citizen numbers (division prefix 6299), no number twice.
 * Sequence codes end at 499: the rest of each day is left for other programs' examples.
 */
export class People {
  private readonly used = new Uint16Array(90_000)
  private readonly prefixes: readonly string[]
  private readonly rng: Rng

  constructor(rng: Rng, district: string) {
    this.rng = rng
    const stem = district.slice(0, 4)
    this.prefixes = [
      district,
      `${stem}21`,
      `${stem}02`,
      `${stem}03`,
      `${stem}04`,
      `${stem}05`,
      `${stem}06`,
      `${stem}07`,
      `${stem}08`,
    ]
  }

  number(birth: string, sex: '1' | '2'): string {
    const day = dayNumber(birth)
    const n = (this.used[day] as number)++
    const prefix = this.prefixes[Math.floor(n / 249) % this.prefixes.length] as string
    const sequence = 2 * (n % 249) + (sex === '1' ? 1 : 2)
    const body = `${prefix}${birth.slice(0, 4)}${birth.slice(5, 7)}${birth.slice(8)}${String(1000 + sequence).slice(1)}`
    return body + checkCharacter(body)
  }

  surname(): string {
    return this.rng.pick(surnames)
  }

  name(surname = this.surname()): string {
    const roll = this.rng.below(1000)
    if (roll < 8) return `${this.rng.pick(dottedGiven)}·${this.rng.pick(dottedGiven)}`
    const first = roll < 20 ? this.rng.pick(rare) : this.rng.pick(givenAll)
    return roll < 250 ? surname + first : surname + first + this.rng.pick(givenAll)
  }

  sex(): '1' | '2' {
    return this.rng.bits() & 1 ? '1' : '2'
  }
}
