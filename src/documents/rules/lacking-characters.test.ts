import { describe, expect, it } from 'vitest'
import { lackingCharacters, withoutCharacters } from './lacking-characters.ts'

// As the typesetter writes it: the debug form of a message that holds the debug form of the text.
const message =
  '[SourceDiagnostic { message: "PDF/A-2b error: the text `\\"\\\\u{e123}\\"` could not be displayed with font `\\"Noto Sans SC\\"`" }, ' +
  'SourceDiagnostic { message: "PDF/A-2b error: the text `\\"𪚥\\"` could not be displayed with font `\\"Noto Sans SC\\"`" }, ' +
  'SourceDiagnostic { message: "PDF/A-2b error: the text `\\"\\\\u{e123}\\"` could not be displayed with font `\\"Noto Sans SC\\"`" }]'

describe('characters no font has', () => {
  it('L1 are read from the complaint, each once', () => {
    expect(lackingCharacters(message)).toEqual(['\ue123', '𪚥'])
  })
  it('L1 are replaced wherever they stand, and nothing else', () => {
    const view = JSON.stringify({ name: '丙\ue123', list: [{ text: '𪚥x' }, 3, null, true] })
    expect(JSON.parse(withoutCharacters(view, ['\ue123', '𪚥']))).toEqual({
      name: '丙〓',
      list: [{ text: '〓x' }, 3, null, true],
      lacking: ['U+E123', 'U+2A6A5'],
    })
  })
  it('L3 other complaints name none', () => {
    expect(lackingCharacters('error: unknown variable: foo')).toEqual([])
  })
})
