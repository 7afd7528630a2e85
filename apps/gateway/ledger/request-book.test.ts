import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeLines, type Header } from '#wire'
import { LogSeal, newLogKey } from '../log-seal.ts'
import { LedgerFile } from './ledger-file.ts'
import { RequestBook } from './request-book.ts'
import { LEDGER_FILE, SCHEMA } from './schema.ts'

function book() {
  const file = new LedgerFile(mkdtempSync(join(tmpdir(), 'request-book-')), LEDGER_FILE, SCHEMA)
  const seal = new LogSeal(newLogKey())
  return { file, seal, requests: new RequestBook(file, seal) }
}

const answer = {
  type: 'answer',
  asked: 'root',
  subject: 'police/register',
  rows: 1,
  answered: '2026-12-01T00:00:00.000Z',
} as const
const header = (idem: string) => ({ from: 'centre', idem }) as Header

describe('an answer that is kept', () => {
  it.each([
    ['short', ['{"kind":"records"}']],
    ['long', ['{"kind":"records"}', ...Array.from({ length: 500 }, (_, i) => `[{"i":${i},"s":"HN","r":{"0":[["甲${i}"]]}}]`)]],
  ])('comes back line by line: a %s one', (idem, lines) => {
    const { file, requests } = book()
    requests.keepAnswer(header(idem), answer, encodeLines(lines, 'ED1'))
    expect(requests.findAnswer('centre', idem)).toMatchObject({ ...answer, lines })
    file.close()
  })

  it('comes back as well when it was kept as text, as before bodies were', () => {
    const { file, seal, requests } = book()
    const lines = ['{"kind":"records"}', '{"none":[0]}']
    requests.keepAnswer(header('old'), answer, { packed: Buffer.alloc(0) })
    file.run('update answer set lines = ? where idem = ?', seal.sealText(lines.join('\n')), 'old')
    expect(requests.findAnswer('centre', 'old')?.lines).toEqual(lines)
    file.close()
  })
})
