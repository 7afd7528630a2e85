import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FieldIssue } from '#kernel/import-issue'
import { Problem } from '#kernel/problem'

/** Where a row of a core file stands in the workbook it was made from. */
export interface SourcePlace {
  readonly sheet: string
  readonly row: number
}

/** What is known of rows that were made from a workbook of another form. */
export interface SourceOrigin {
  placeOf(file: string, row: number): SourcePlace | null
  /** Problems seen while the row was made, before its fields are read; an error refuses it. */
  issuesOf(file: string, row: number): readonly FieldIssue[]
}

/** The files of a package, wherever they lie. */
export interface PackageSource {
  /** Present where the rows were made from a workbook of another form. */
  readonly origin?: SourceOrigin
  /** What the package is called in lists. */
  readonly name: string
  /** Size of a file in bytes, or null if the package does not have it. */
  sizeOf(file: string): Promise<number | null>
  /** The bytes of a file. */
  open(file: string): AsyncIterable<Uint8Array>
  /** Ends what reads the package, where something does. */
  close?(): void
}

/** The input cannot be used at all; the sentence names file and column. Exit code 3 of the commands. */
export function unusable(message: string, cause?: unknown): Problem {
  return new Problem('package.unusable', message, cause === undefined ? { status: 422 } : { status: 422, cause })
}

const PIECE = 64 * 1024

/** The bytes of a file in pieces. Throws `package.unusable` where the disk or its permissions refuse them. */
async function* piecesOf(path: string, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE })
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw unusable(`${file} 不能读取，请检查文件权限和磁盘后重试`, error)
  }
}

/** A package in a folder. Throws `package.unusable` if the folder is missing. */
export async function folderSource(folder: string): Promise<PackageSource> {
  const info = await stat(folder).catch(() => null)
  if (info === null || !info.isDirectory()) throw unusable(`找不到数据包文件夹：${basename(folder)}，请检查路径`)
  return {
    name: basename(folder),
    async sizeOf(file) {
      const found = await stat(join(folder, file)).catch(() => null)
      return found?.isFile() === true ? found.size : null
    },
    open: (file) => piecesOf(join(folder, file), file),
  }
}

export interface Manifest {
  readonly districtCode: string
  readonly districtName: string
}

/** A manifest names a district; it takes a few hundred bytes. */
const LARGEST_MANIFEST = 2 ** 20

async function bytesOf(source: PackageSource, file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source.open(file)) {
    length += piece.length
    if (length > LARGEST_MANIFEST) throw unusable(`${file} 超过 1 MB，不是数据包的说明文件，请重新导出数据包`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function parsedManifest(bytes: Buffer): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw unusable('manifest.json 不是 UTF-8 编码的 JSON，请重新导出数据包', cause)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw unusable('manifest.json 应为一个 JSON 对象，请重新导出数据包')
  }
  return parsed as Record<string, unknown>
}

/** Reads and checks manifest.json. Throws `package.unusable`. */
export async function readManifest(source: PackageSource): Promise<Manifest> {
  if ((await source.sizeOf('manifest.json')) === null) throw unusable('数据包缺少 manifest.json，请重新导出数据包')
  const manifest = parsedManifest(await bytesOf(source, 'manifest.json'))
  const { format, version, district_code: code, district_name: name } = manifest
  if (format !== 'yingbao-district-package') throw unusable('manifest.json 的 format 应为 yingbao-district-package')
  if (typeof version !== 'string' || version.split('.')[0] !== '1') {
    throw unusable('manifest.json 的 version 不是 1.x，本系统不能读取此版本的数据包')
  }
  if (typeof code !== 'string' || !/^\d{6}$/.test(code)) throw unusable('manifest.json 的 district_code 应为 6 位数字')
  return { districtCode: code, districtName: typeof name === 'string' ? name : '' }
}
