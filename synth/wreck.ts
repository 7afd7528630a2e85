import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Rng } from './random.ts'

type Wreck = (path: string, rng: Rng) => void

const edit = (change: (text: string, rng: Rng) => string): Wreck => {
  return (path, rng) => writeFileSync(path, change(readFileSync(path, 'utf8'), rng))
}
/** Splits off the header; plain files of the generator have no quoted line breaks in it. */
const withHeader =
  (change: (header: string[], rng: Rng) => string[]) =>
  (text: string, rng: Rng): string => {
    const end = text.indexOf('\n')
    const carriage = text[end - 1] === '\r' ? '\r' : ''
    const header = text.slice(0, end - carriage.length)
    return `${change(header.split(','), rng).join(',')}${carriage}${text.slice(end)}`
  }
const bytes =
  (...list: number[]): Wreck =>
  (path) =>
    appendFileSync(path, Uint8Array.from(list))

/** What can happen to any file of a unit on its way. */
const anyFile: readonly Wreck[] = [
  (path) => rmSync(path),
  (path) => writeFileSync(path, ''),
  (path) => writeFileSync(path, '\uFEFF'),
  (path) => writeFileSync(path, '\n\n'),
  bytes(0xff, 0xfe),
  bytes(0x22, 0x61, 0x0a),
  bytes(0x22, 0x61, 0x22, 0x62, 0x0a),
  bytes(0x61, 0x22, 0x62, 0x0a),
  bytes(0x20, 0x0a, 0x0a, 0x0d, 0x0a),
  bytes(0x2c, 0x2c, 0x0a),
  edit((text) => text.replace(/\r?\n$/, '')),
  edit((text) => text.slice(0, text.indexOf('\n') + 1)),
  edit((text) => `\uFEFF\uFEFF${text.replace(/^\uFEFF/, '')}`),
  edit((text) => `\n${text}`),
  edit((text) => text.replaceAll(/\r?\n/g, '\r\n')),
  edit(withHeader((h) => h.map((name) => `"${name}"`))),
  edit(withHeader((h) => h.map((name) => name.toUpperCase()))),
  edit(withHeader((h, rng) => h.filter((_, i) => i !== rng.below(h.length)))),
  edit(withHeader((h) => [...h, 'extra'])),
  edit(withHeader((h) => [h[1] ?? '', ...h.slice(1)])),
  edit((text) => {
    const lines = text.trimEnd().split('\n')
    return `${[...lines, lines[1] ?? '', lines.at(-1) ?? ''].join('\n')}\n`
  }),
]

/** What a unit may write into its manifest. */
const manifests: readonly Wreck[] = [
  edit((text) => text.replace('answered', 'Answered')),
  edit((text) => text.replace('answered', '')),
  edit((text, rng) => text.replace(/,\d+,/g, () => (rng.permille(500) ? ',,' : ',many,'))),
  edit((text, rng) => text.replace(/,(\d+),/g, (_, n: string) => `,${Number(n) + rng.between(-1, 1)},`)),
  edit((text) => text.replaceAll(/(\d{4})-(\d{2})-(\d{2})/g, '$1/$2/$3')),
  edit((text) => text.replaceAll(/(\d{4})-(\d{2})-(\d{2})/g, '1999-$2-$3')),
  edit((text) => `${text.trimEnd()}\nnothing,answered,,,,,,\n`),
  edit((text) => {
    const line = text.trimEnd().split('\n').at(-1) ?? ''
    return `${text.trimEnd()}\n${line}\n${line}x\n`
  }),
]

/** A list of persons the unit could not answer, rightly and wrongly written. */
const lists: readonly Wreck[] = [
  (path, rng) => {
    const register = readFileSync(join(path, '../../police/register.csv'), 'utf8')
    const numbers = register.match(/\b6299\d{13}[\dX]/g) ?? ['629901198007110013']
    const rows = Array.from({ length: 200 }, () => {
      const id = rng.pick(numbers)
      const written = rng.pick([id, id, id, `'${id}`, id.toLowerCase(), id.slice(1), '1.2E+17', ''])
      return `${rng.pick(['*', '*', 'vehicles', 'deposits', 'contributions', ' * ', 'nothing', ''])},${written},${rng.pick(['timeout', 'pending', 'answered'])},`
    })
    writeFileSync(path, `record,id_number,state,note\n${rows.join('\n')}\n`)
  },
  (path) => writeFileSync(path, 'record,id_number,state\n*,629901198007110013,timeout\n'),
]

function wreckUnit(folder: string, register: string, rng: Rng): void {
  if (rng.permille(500) && existsSync(register)) rng.pick(lists)(join(folder, 'unanswered.csv'), rng)
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (name === 'manifest.csv' && rng.permille(400)) rng.pick(manifests)(path, rng)
    if (rng.permille(name === 'register.csv' ? 100 : 250)) rng.pick(anyFile)(path, rng)
  }
}

/** Damages the units' part of a package at random; the core files stay as they are. */
export function wreckSources(packageDir: string, seed: number): void {
  const rng = new Rng(`wreck ${seed}`)
  const sources = join(packageDir, 'sources')
  const register = join(sources, 'police', 'register.csv')
  for (const unit of readdirSync(sources).sort()) wreckUnit(join(sources, unit), register, rng)
}
