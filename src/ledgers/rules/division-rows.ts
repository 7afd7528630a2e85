/** Rows of a list of divisions: what the code and the name say where no column does. */
import type { DivisionDraft, Given } from './drafts.ts'

const DIGITS = 12

function levelOf(code: string): string {
  if (code.endsWith('000000')) return 'district'
  return code.endsWith('000') ? 'township' : 'village'
}

function kindOf(level: string, name: string): string {
  if (level === 'district') return 'district'
  if (level === 'township') return /街道(?:办事处)?$/.test(name) ? 'street' : 'township'
  return /(?:社区|居委会|居民委员会)$/.test(name) ? 'community' : 'village'
}

function parentOf(level: string, code: string): string {
  if (level === 'village') return `${code.slice(0, 9)}000`
  return level === 'township' ? `${code.slice(0, 6)}000000` : ''
}

function padded(code: string): string {
  return /^(?:\d{6}|\d{9})$/.test(code) ? code.padEnd(DIGITS, '0') : code
}

/** The division of a row. */
export function divisionOf({ given }: DivisionDraft): Given {
  const code = padded(given.code ?? '')
  const name = given.name ?? ''
  const level = given.level || levelOf(code)
  return {
    code,
    name,
    level,
    kind: given.kind || kindOf(level, name),
    parent_code: padded(given.parent_code ?? '') || parentOf(level, code),
  }
}
