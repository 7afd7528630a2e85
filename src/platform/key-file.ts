import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { buildKeys, freshKeys, type Keys, type KeysInput, newSm2Pairs } from './crypto.ts'
import { type Db, withSession } from './db.ts'

/** The installation's secret keys: one JSON file, mode 0600, beside the data and never in the database. */

const bytes = (length: number) =>
  z
    .string()
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((value) => value.length === length, `expected ${length} bytes`)

const pair = z.object({ publicKey: z.string().length(43), privateKey: z.string().length(43) })
const sm2Pair = z.object({ publicKey: z.string().length(86), privateKey: z.string().length(43) })
const Gm1 = z.object({ signing: sm2Pair, box: sm2Pair })

const KeyFile = z.object({
  version: z.literal(1),
  current: z.int().min(1).max(255),
  materials: z.array(z.object({ id: z.int().min(1).max(255), cipher: bytes(16), mac: bytes(32) })).min(1),
  index: bytes(32),
  signing: pair,
  box: pair,
  /** not in files of before suite GM1: added when such a file is opened */
  gm1: Gm1.optional(),
})

type KeyFile = z.infer<typeof KeyFile>

function textOf(input: KeysInput): string {
  const materials = input.materials.map(({ id, cipher, mac }) => {
    return { id, cipher: cipher.toString('base64url'), mac: mac.toString('base64url') }
  })
  const { current, index, signing, box, gm1 } = input
  const file = { version: 1, current, materials, index: index.toString('base64url'), signing, box, gm1 }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Writes a file of its own beside another, on disk before it gets its name; gives its path. */
function writeBeside(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  const beside = `${file}.${randomUUID()}`
  writeFileSync(beside, text, { mode: 0o600, flag: 'wx', flush: true })
  return beside
}

/** Makes a file whole or not at all; false when there is one already. */
function makeFile(file: string, text: string): boolean {
  const beside = writeBeside(file, text)
  try {
    linkSync(beside, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(beside)
  }
}

function findText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function read(file: string): KeyFile | undefined {
  const text = findText(file)
  if (text === undefined) return undefined
  const parsed = KeyFile.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error(`密钥文件 ${file} 不完整或已损坏，请从备份恢复（没有它，库中加密的数据无法读取）`)
  return parsed.data
}

/**
 * Adds the pairs of suite GM1 to a file of before. Processes of one installation may do it at the same moment: the first
 * to place its pairs beside the file decides, the others take them from there. What is placed is read before the file: it is taken away
 * only once the file has its pairs, so a later proposal is never mistaken for the one that decided.
 */
function withGm1(file: string): KeysInput {
  const proposal = `${file}.gm1`
  for (;;) {
    makeFile(proposal, JSON.stringify(newSm2Pairs()))
    const chosen = findText(proposal)
    const known = read(file)
    if (known === undefined) throw new Error(`密钥文件 ${file} 已被移走`)
    if (known.gm1 === undefined && chosen === undefined) continue
    const gm1 = known.gm1 ?? Gm1.parse(JSON.parse(chosen ?? ''))
    if (known.gm1 === undefined) renameSync(writeBeside(file, textOf({ ...known, gm1 })), file)
    rmSync(proposal, { force: true })
    return { ...known, gm1 }
  }
}

/** Loads the keys of an installation; makes the file at the first start. */
export function loadKeys(file: string): Keys {
  if (findText(file) === undefined) makeFile(file, textOf(freshKeys()))
  const known = read(file)
  if (known === undefined) throw new Error(`密钥文件 ${file} 已被移走`)
  return buildKeys(known.gm1 === undefined ? withGm1(file) : { ...known, gm1: known.gm1 })
}

/** Keys that live only in memory, for a throw-away run. */
export function memoryKeys(): Keys {
  return buildKeys(freshKeys())
}

/** Compares the keys with the check values in the database (and stores those of new keys); throws when the file belongs to other data. */
export async function checkKeys(db: Db, keys: Keys): Promise<void> {
  await withSession(db, async (session) => {
    const stored = await session.query<{ key_id: number; check_value: Buffer }>('select key_id, check_value from key_check')
    const mine = new Map(keys.checks().map(({ keyId, check }) => [keyId, check]))
    for (const row of stored) {
      const check = mine.get(row.key_id)
      if (check === undefined || !check.equals(row.check_value)) {
        throw new Error(`密钥文件与数据库不匹配（第 ${row.key_id} 号密钥）。请使用建立该数据库时的密钥文件`)
      }
    }
    const known = new Set(stored.map((row) => row.key_id))
    for (const [keyId, check] of mine) {
      if (known.has(keyId)) continue
      await session.execute('insert into key_check (key_id, check_value) values ($1, $2) on conflict do nothing', [keyId, check])
    }
  })
}
