/**
 * What is typed about a person and can be checked by itself: the name, the telephone, sex and birth date beside the citizen number. Each
 * fault says what is wrong and how to mend it; null when nothing is.
 */
import { birthDateOf, sexOf } from './id-number.ts'

/**
 * Han characters with every extension and 〇, the middle dot of names from other languages, Latin letters with what joins them; □ stands for a
 * character that cannot be written, as in names that come with imports.
 */
const NAME_CHARACTER = /[\p{Script=Han}\p{Script=Latin}\u3007□·•‧・ .'’-]/u
const HAN_OR_LETTER = /[\p{Script=Han}\p{Script=Latin}□]/u
const MARKS_ON_LETTERS = /\p{Mn}/gu

/** Why a text cannot be somebody's name. */
export function nameFault(text: string): string | null {
  const stranger = [...text.normalize('NFC').replace(MARKS_ON_LETTERS, '')].find((character) => !NAME_CHARACTER.test(character))
  if (stranger !== undefined) {
    return `姓名中的“${stranger}”不能使用：请照身份证件填写，只用汉字、字母和间隔号“·”；打不出的字用“□”代替`
  }
  return text === '' || HAN_OR_LETTER.test(text) ? null : '姓名中没有汉字或字母，请照身份证件填写'
}

const MOBILE = /^1[3-9]\d{9}$/
/** Area code of three or four digits, number of seven or eight. */
const LANDLINE = /^0(?:10|2\d|[3-9]\d{2})[1-9]\d{6,7}$/
const EXTENSION = /(?:转|#|,|，|ext\.?)\s*\d{1,6}$/i

/** Why a text cannot be a telephone number in China. */
export function phoneFault(text: string): string | null {
  const digits = text
    .normalize('NFKC')
    .replace(EXTENSION, '')
    .replace(/^(\+|00)86/, '')
    .replace(/[\s()-]/g, '')
  if (MOBILE.test(digits) || LANDLINE.test(digits)) return null
  return `电话“${text}”有误：请填写 11 位手机号码，或带区号的固定电话，如 0937-1234567`
}

export interface TypedPerson {
  /** a citizen number that was read without a fault */
  readonly idNumber: string
  readonly gender?: string | undefined
  readonly birthDate?: string | undefined
}

const sexes: Readonly<Record<string, string>> = { '1': '男', '2': '女' }

/** Where sex and birth date contradict the citizen number, by field. */
export function contradictions({ idNumber, gender, birthDate }: TypedPerson): { gender?: string; birthDate?: string } {
  const sex = sexOf(idNumber)
  const born = birthDateOf(idNumber)
  const isOther = (gender === '1' || gender === '2') && gender !== sex
  return {
    ...(isOther ? { gender: `性别与公民身份号码不符：号码所示为“${sexes[sex]}”，请对照证件更正性别或号码` } : {}),
    ...(birthDate !== undefined && birthDate !== '' && birthDate !== born
      ? { birthDate: `出生日期与公民身份号码不符：号码所示为 ${born}，请对照证件更正日期或号码` }
      : {}),
  }
}
