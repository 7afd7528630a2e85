/** The process that reads a table somebody handed in: the file comes in by pieces, its rows go out by batches. */
import { serve } from '../serve.ts'
import { CsvCheck, CsvPassing } from './csv-check.ts'
import { HandedFile, type Pass } from './handed-file.ts'
import { beyond, LARGEST_PACKED, SPLIT } from './limits.ts'

export type TableQuestion =
  /** A piece of the file, to be held. */
  | { readonly hold: Uint8Array }
  | { readonly open: true }
  | { readonly pass: Pass }
  | { readonly next: true }
  /** A piece of a CSV file that is not held: `rows` of it are wanted, or only that it is looked through. */
  | { readonly csv: Uint8Array | null; readonly name: string; readonly rows: boolean }

let pieces: Uint8Array[] = []
let length = 0
let file: HandedFile | undefined
let pass: AsyncGenerator<string | Buffer> | undefined
let check: CsvCheck | undefined
let passing: CsvPassing | undefined

function hold(piece: Uint8Array): void {
  length += piece.length
  if (length > LARGEST_PACKED) throw beyond(`文件超过 ${LARGEST_PACKED / 2 ** 20} MB 的上限`, SPLIT)
  pieces.push(piece)
}

function open() {
  file = new HandedFile(Buffer.concat(pieces))
  pieces = []
  return file.open()
}

async function next(): Promise<string | Buffer | null> {
  const given = await pass?.next()
  return given?.done === false ? given.value : null
}

function csv(piece: Uint8Array | null, name: string, rows: boolean): string | null {
  if (!rows) {
    passing ??= new CsvPassing(name)
    if (piece === null) passing.end()
    else passing.push(piece)
    if (piece === null) passing = undefined
    return null
  }
  check ??= new CsvCheck(name)
  const records = piece === null ? check.end() : check.push(piece)
  return JSON.stringify(records.map(({ row, fields }) => ({ row, cells: fields })))
}

serve((asked) => {
  const question = asked as TableQuestion
  if ('hold' in question) return hold(question.hold)
  if ('open' in question) return open()
  if ('csv' in question) return csv(question.csv, question.name, question.rows)
  if ('pass' in question) pass = file?.pass(question.pass)
  return next()
})
