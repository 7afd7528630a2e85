/** Naming files as evidence of something, and showing them by what they belong to. */
import { Readable } from 'node:stream'
import { type FileType, fileType } from '#kernel/file-type'
import { Problem } from '#kernel/problem'
import type { StoredFile } from '#kernel/schema'
import type { ActionContext, Download } from '#platform/action'
import type { Blobs } from '#platform/blobs'
import { nowIso } from '#platform/clock'
import type { Sql } from '#platform/db'
import { PAPERS, PICTURES, type ShownFile } from '../contract.ts'
import { attachWaiting, copyTo, type FileOwner, type FileRow, findTakenBy, listCandidates, listOwned } from '../store.ts'

/** A file as a form names it: by its content; everything else is told by what was taken. */
export interface NamedFile {
  readonly sha256: string
  readonly name?: string | undefined
}

export interface Naming {
  /** allowed by content; photos and scans unless told otherwise, null for tables, which their reader looks at */
  readonly types?: readonly FileType[] | null
  /** field of the form, for the mark beside it */
  readonly path?: readonly (string | number)[]
}

function refuse(path: Naming['path'], message: string): never {
  const details = { issues: [{ path: [...(path ?? ['file'])], message }] }
  throw new Problem('files.not-taken', message, { status: 422, details })
}

/** What a stored file is by its content, read from its first bytes. */
async function typeOf(blobs: Pick<Blobs, 'read'>, row: FileRow): Promise<string> {
  if (row.mediaType !== null) return row.mediaType
  for await (const block of blobs.read(row.sha256)) return fileType(block.subarray(0, 16)) ?? 'application/octet-stream'
  return 'application/octet-stream'
}

async function check({ blobs }: ActionContext, row: FileRow | undefined, file: NamedFile, naming: Naming): Promise<FileRow> {
  const called = file.name ?? row?.name ?? ''
  const name = called === '' ? '这个文件' : `“${called}”`
  if (row === undefined || !(await blobs.has(row.sha256))) {
    refuse(naming.path, `没有收到${name}：可能没有传完，或不是您上传的。请重新上传后再提交`)
  }
  const { types = PAPERS } = naming
  if (types === null || types.some((type) => type === row.mediaType)) return row
  const type = await typeOf(blobs, row)
  if (types.some((each) => each === type)) return row
  const wanted = types === PICTURES ? 'JPEG 或 PNG 照片' : 'JPEG、PNG 图片或 PDF'
  refuse(naming.path, `${name}不是 ${wanted}（按文件内容判断，与文件名无关），请换一个文件`)
}

/**
 * Lets files that the caller handed in belong to an owner: each exists, is of an allowed type, and was handed in by the caller or belongs to
 * the owner already. Gives them in the order named. Throws Problem 422 naming the file. The caller has checked that the owner is in sight.
 */
export async function attachFiles(
  context: ActionContext,
  owner: FileOwner,
  files: readonly NamedFile[],
  naming: Naming = {},
): Promise<ShownFile[]> {
  if (files.length === 0) return []
  const { tx, actor, clock } = context
  const hashes = [...new Set(files.map((file) => file.sha256))]
  const candidates = await listCandidates(tx, owner, actor.userId, hashes)
  const chosen = new Map<string, FileRow>()
  for (const file of files) {
    const found = candidates.find((row) => row.sha256 === file.sha256)
    chosen.set(file.sha256, await check(context, found, file, naming))
  }
  const at = nowIso(clock)
  const ids = new Map([...chosen].map(([sha256, row]) => [sha256, row.fileId]))
  const waiting = [...chosen.values()].filter((row) => row.ownerKind === null).map((row) => row.fileId)
  const attached = waiting.length === 0 ? new Set() : await attachWaiting(tx, owner, waiting, at)
  for (const row of chosen.values()) {
    if (attached.has(row.fileId) || (row.ownerKind === owner.kind && row.ownerNo === owner.no)) continue
    ids.set(row.sha256, await copyTo(tx, owner, row.fileId, at))
  }
  return files.map(({ sha256, name = '' }) => {
    const row = chosen.get(sha256)
    const known = row === undefined || row.name === '' ? name : row.name
    return { fileId: ids.get(sha256) ?? null, sha256, name: known, size: row?.size ?? 0 }
  })
}

/** Files as pages show them: those that belong to the owner open by their id. */
export async function shownFiles(sql: Sql, owner: Pick<FileOwner, 'kind' | 'no'>): Promise<(file: StoredFile) => ShownFile> {
  const byHash = new Map((await listOwned(sql, owner.kind, owner.no)).map((row) => [row.sha256, row.fileId]))
  return (file) => ({ ...file, fileId: byHash.get(file.sha256) ?? null })
}

function notFound(): Problem {
  return new Problem('files.not-found', '没有这个文件，或不在您的辖区内', { status: 404 })
}

const endings: Readonly<Record<string, string>> = { 'image/jpeg': '.jpg', 'image/png': '.png', 'application/pdf': '.pdf' }

async function download({ blobs }: ActionContext, row: FileRow): Promise<Download> {
  if (!(await blobs.has(row.sha256))) {
    throw new Problem('files.lost', '这个文件的内容已不在文件库中，请联系系统管理员从备份恢复', { status: 404 })
  }
  const mediaType = await typeOf(blobs, row)
  const bare = row.name === '' ? row.fileId : row.name
  const ending = endings[mediaType] ?? ''
  const fileName = ending === '' || bare.toLowerCase().endsWith(ending) || /\.jpe?g$/i.test(bare) ? bare : `${bare}${ending}`
  return { fileName, mediaType, body: Readable.from(blobs.read(row.sha256)) }
}

/** A file of an owner as a reply. Throws Problem 404 when it belongs to something else or is out of sight; the caller journals the read. */
export async function showFile(
  context: ActionContext,
  owner: Pick<FileOwner, 'kind' | 'no'>,
  is: (file: { fileId: string; sha256: string }) => boolean,
): Promise<Download & { readonly sha256: string }> {
  const row = (await listOwned(context.tx, owner.kind, owner.no)).find(is)
  if (row === undefined) throw notFound()
  return { ...(await download(context, row)), sha256: row.sha256 }
}

/** Refuses (422) a content that the caller did not hand in himself: knowing a hash opens nothing. */
export async function checkOwnUpload({ tx, actor, blobs }: ActionContext, file: NamedFile, naming: Naming = {}): Promise<void> {
  const row = await findTakenBy(tx, actor.userId, file.sha256)
  if (row !== undefined && (await blobs.has(file.sha256))) return
  refuse(
    naming.path,
    `没有收到${file.name === undefined ? '这个文件' : `“${file.name}”`}：可能没有传完，或不是您上传的。请重新上传`,
  )
}
