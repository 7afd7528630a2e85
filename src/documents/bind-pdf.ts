import { Problem } from '#kernel/problem'

/**
 * Binds PDF files that our printing process wrote into one file. It reads what that process writes (a table of offsets, no object
 * streams, no tags) and nothing else: a layout of hundreds of papers at once would take gigabytes, one part after the other does not.
 */

type Part = { objects: Map<number, Buffer>; root: number; info: number; trailer: string }

const afterKeyword = (text: string, keyword: string): number => {
  const found = new RegExp(`/${keyword} (\\d+) 0 R`).exec(text)
  if (!found) throw new Problem('documents.not-bound', `成册失败：文件缺少 ${keyword}`)
  return Number(found[1])
}

/** Objects by number, as the bytes from `N 0 obj` to `endobj`. */
function readPart(pdf: Buffer): Part {
  const tail = pdf.subarray(-2048).toString('latin1')
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1] ?? Number.NaN)
  if (Number.isNaN(start)) throw new Problem('documents.not-bound', '成册失败：文件没有对象位置表')
  const table = pdf.subarray(start).toString('latin1')
  const lines = [...table.slice(0, table.indexOf('trailer')).matchAll(/^(\d{10}) \d{5} ([nf])/gm)]
  const offsets = lines.map(([, offset, kind]) => (kind === 'n' ? Number(offset) : null))
  const ends = [...offsets.filter((offset) => offset !== null), start].sort((a, b) => a - b)
  const objects = new Map<number, Buffer>()
  for (const [number, offset] of offsets.entries()) {
    if (offset !== null)
      objects.set(
        number,
        pdf.subarray(
          offset,
          ends.find((end) => end > offset),
        ),
      )
  }
  const trailer = table.slice(table.indexOf('trailer'))
  return { objects, root: afterKeyword(trailer, 'Root'), info: afterKeyword(trailer, 'Info'), trailer }
}

/** The object under its new number, its references moved by `shift`; the bytes of a stream stay as they are. */
function moved(object: Buffer, number: number, shift: number): Buffer {
  const mark = object.indexOf('stream\n')
  const head = object.subarray(0, mark < 0 ? object.length : mark).toString('latin1')
  const body = head
    .replace(/^\s*\d+ 0 obj/, `${number + shift} 0 obj`)
    .replace(/\b(\d+) 0 R\b/g, (_all, digits: string) => `${Number(digits) + shift} 0 R`)
  return Buffer.concat([Buffer.from(body, 'latin1'), mark < 0 ? Buffer.alloc(0) : object.subarray(mark)])
}

/** The bytes of the file being written and where each object stands in it. */
type Writing = { out: Buffer[]; length: number; offsets: number[] }

function write(writing: Writing, number: number, bytes: Buffer): void {
  writing.offsets[number] = writing.length
  writing.out.push(bytes)
  writing.length += bytes.length
}

function movedText(part: Part, number: number, shift: number): string {
  return moved(part.objects.get(number) ?? Buffer.alloc(0), number, shift).toString('latin1')
}

/** Writes the objects of a part but its catalog; its page tree becomes a branch of the tree that is object 1. Gives that branch. */
function writePart(writing: Writing, part: Part, shift: number): { branch: number; count: number } {
  const branch = afterKeyword(movedText(part, part.root, shift), 'Pages')
  for (const [number, object] of part.objects) {
    if (number === part.root || number + shift === branch) continue
    write(writing, number + shift, moved(object, number, shift))
  }
  const tree = movedText(part, branch - shift, shift)
  write(writing, branch, Buffer.from(tree.replace('/Type /Pages', '/Type /Pages\n  /Parent 1 0 R'), 'latin1'))
  return { branch, count: Number(/\/Count (\d+)/.exec(tree)?.[1]) }
}

function offsetTable(offsets: readonly number[], size: number): string {
  const lines = Array.from({ length: size }, (_each, number) => {
    const offset = offsets[number]
    return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  return `xref\n0 ${size}\n${lines.join('')}`
}

/**
 * One file with the pages of all parts in their order. The first part gives title, date and colour profile. Throws
 * `documents.not-bound` for files of another make.
 */
export function bindPdfs(pdfs: readonly Buffer[]): Buffer {
  const parts = pdfs.map(readPart)
  const [only, first] = [pdfs[0], parts[0]]
  if (!only || !first) throw new Problem('documents.not-bound', '成册失败：没有文件')
  if (parts.length === 1) return only
  const head = Buffer.from('%PDF-1.7\n%\x80\x80\x80\x80\n', 'latin1')
  const writing: Writing = { out: [head], length: head.length, offsets: [] }
  const kids: string[] = []
  let shift = 1
  let pages = 0
  for (const part of parts) {
    const { branch, count } = writePart(writing, part, shift)
    kids.push(`${branch} 0 R`)
    pages += count
    shift += Math.max(...part.objects.keys())
  }
  const catalog = movedText(first, first.root, 1).replace(/\/Pages \d+ 0 R/, '/Pages 1 0 R')
  write(writing, first.root + 1, Buffer.from(catalog, 'latin1'))
  const tree = `1 0 obj\n<<\n  /Type /Pages\n  /Count ${pages}\n  /Kids [${kids.join(' ')}]\n>>\nendobj\n\n`
  write(writing, 1, Buffer.from(tree, 'latin1'))
  const table = offsetTable(writing.offsets, shift + 1)
  const end = first.trailer
    .replace(/\b(\d+) 0 R\b/g, (_all, digits: string) => `${Number(digits) + 1} 0 R`)
    .replace(/\/Size \d+/, `/Size ${shift + 1}`)
    .replace(/startxref\s+\d+/, `startxref\n${writing.length}`)
  return Buffer.concat([...writing.out, Buffer.from(table + end, 'latin1')])
}
