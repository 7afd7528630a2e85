import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { buildKeys, freshKeys, type Keys, type KeysInput } from './crypto.ts'
import { type Db, withSession } from './db.ts'

/** The installation's secret keys: one JSON file, mode 0600, beside the data and never in the database. */

const bytes = (length: number) =>
  z
    .string()
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((value) => value.length === length, `expected ${length} bytes`)

const pair = z.object({ publicKey: z.string().length(43), privateKey: z.string().length(43) })

const KeyFile = z.object({
  version: z.literal(1),
  current: z.int().min(1).max(255),
  materials: z.array(z.object({ id: z.int().min(1).max(255), cipher: bytes(16), mac: bytes(32) })).min(1),
  index: bytes(32),
  signing: pair,
  box: pair,
})

function write(file: string, input: KeysInput): void {
  const text = {
    version: 1,
    current: input.current,
    materials: input.materials.map((m) => ({
      id: m.id,
      cipher: m.cipher.toString('base64url'),
      mac: m.mac.toString('base64url'),
    })),
    index: input.index.toString('base64url'),
    signing: input.signing,
    box: input.box,
  }
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(text, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(file, 0o600)
}

function read(file: string): KeysInput | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const parsed = KeyFile.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error(`密钥文件 ${file} 不完整或已损坏，请从备份恢复（没有它，库中加密的数据无法读取）`)
  return parsed.data
}

/** Loads the keys of an installation; makes the file at the first start. */
export function loadKeys(file: string): Keys {
  const known = read(file)
  if (known !== undefined) return buildKeys(known)
  const made = freshKeys()
  try {
    write(file, made)
    return buildKeys(made)
  } catch (error) {
    // Another process of this installation made it at the same moment.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined
    if (theirs === undefined) throw error
    return buildKeys(theirs)
  }
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
