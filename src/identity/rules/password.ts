/** Why a password that somebody chose is too easy to guess, in a sentence. */

const ROWS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm']
/** Both ways, and round once: 7890123. */
const RUNS = ROWS.flatMap((row) => {
  const round = row + row
  return [round, [...round].reverse().join('')]
})
const RUN = 4
/** So many characters must be left when sequences are taken out. */
const LEFT = 4
const KINDS_OF_CHARACTER = 5
/** Digits alone are mostly dates and telephone numbers. */
const LONG_DIGITS = 16
const SYSTEM_NAMES = ['yingbao', '应保']
const SHORTEST_NAME = 3

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const OTHER = '请换一个别人猜不到的，例如几个不相关的词'

/** What is left of a text without sequences of the alphabet, of digits or of keys side by side. */
function withoutRuns(text: string): string {
  let left = ''
  for (let at = 0; at < text.length; ) {
    let length = RUN
    while (at + length <= text.length && RUNS.some((run) => run.includes(text.slice(at, at + length)))) length += 1
    if (length > RUN) at += length - 1
    else left += text.charAt(at++)
  }
  return left
}

/** The words a password is built on: digits and signs around it left out, and letters in place of the signs that look like them. */
function stemsOf(text: string): string[] {
  const bare = text.replace(/^[^a-z]+|[^a-z]+$/g, '')
  const read = [...text].map((sign) => LEET[sign] ?? sign).join('')
  const plain = [...bare].map((sign) => LEET[sign] ?? sign).join('')
  return [text, bare, read, plain, plain.replace(/[^a-z]/g, '')]
}

export interface PasswordOwner {
  readonly account: string
  readonly name: string
}

/**
 * @param common words and passwords that everybody tries first
 * @returns null when the password will do
 */
export function faultOfPassword(password: string, owner: PasswordOwner, common: ReadonlySet<string>): string | null {
  const text = password.normalize('NFKC').toLowerCase()
  if (new Set(text).size < KINDS_OF_CHARACTER || /^(.{1,4})\1{2,}.{0,3}$/u.test(text)) return `新口令中重复的字符太多，${OTHER}`
  if (/^\d+$/.test(text) && text.length < LONG_DIGITS) return `新口令只有数字，${OTHER}`
  if (withoutRuns(text).length < LEFT) return `新口令是连续的数字、字母或相邻的键，${OTHER}`
  const names = [owner.account, owner.name, ...SYSTEM_NAMES].map((name) => name.toLowerCase())
  if (names.some((name) => (name.length >= SHORTEST_NAME || SYSTEM_NAMES.includes(name)) && text.includes(name)))
    return `新口令不能包含账号、姓名或系统的名称，${OTHER}`
  if (stemsOf(text).some((stem) => common.has(stem))) return `新口令过于常见，${OTHER}`
  return null
}
