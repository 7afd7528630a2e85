import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { firstAsks } from './first-asks.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

const contracts = [
  ['src/benefits/contract/index.ts', 'benefitsRoutes'],
  ['src/casework/contract/index.ts', 'caseworkRoutes'],
  ['src/revisions/contract/index.ts', 'revisionsRoutes'],
  ['src/documents/contract/desk.ts', 'documentsRoutes'],
  ['src/exchange/contract/board.ts', 'lineRoutes'],
  ['src/exports/contract.ts', 'exportsRoutes'],
  ['src/files/contract.ts', 'filesRoutes'],
  ['src/identity/contract/index.ts', 'identityRoutes'],
  ['src/journal/contract.ts', 'journalRoutes'],
  ['src/registry/contract/index.ts', 'registryRoutes'],
  ['src/verification/contract/index.ts', 'verificationRoutes'],
] as const

type Spot = readonly [method: string, path: string]

/** Name → [method, path] of all routes the pages may call. */
async function readRouteTable(): Promise<Record<string, Spot>> {
  const table: Record<string, Spot> = {}
  for (const [file, key] of contracts) {
    const loaded: Record<string, unknown> = await import(pathToFileURL(`${root}${file}`).href)
    for (const route of Object.values(loaded[key] ?? {}) as { name: string; method: string; path: string }[]) {
      table[route.name] = [route.method, route.path]
    }
  }
  return table
}

const publicId = 'virtual:route-table'
const resolvedId = `\0${publicId}`

/**
 * The table as a module that takes few bytes: for each capability a text of lines `name path method` in order of their paths, without what
 * all have in common: the capability's name, the start of the paths, GET; an empty method is POST.
 */
async function tableModule(): Promise<string> {
  const table = Object.entries(await readRouteTable()).sort(([, [, a]], [, [, b]]) => (a < b ? -1 : 1))
  const groups = Map.groupBy(table, ([name]) => name.split('.')[0] ?? '')
  const texts = [...groups].map(([capability, routes]) => {
    const lines = routes.map(([name, [method, path]]) => {
      const line = `${name.slice(capability.length + 1)} ${path.slice('/api/'.length)}`
      return method === 'GET' ? line : `${line} ${method === 'POST' ? '' : method}`
    })
    return [capability, ...lines].join('|')
  })
  const spot = '(line)=>{const[name,path,method="GET"]=line.split(" ");return[of+"."+name,[method||"POST","/api/"+path]]}'
  const group = `(text)=>{const[of,...lines]=text.split("|");return lines.map(${spot})}`
  return `export const routeTable=Object.fromEntries(${JSON.stringify(texts.join(';'))}.split(";").flatMap(${group}))`
}

/**
 * Gives the browser the method and path of every route, read from the contracts at build time, so that no schema library is
 * shipped to it. The types come from the same contracts.
 */
function routeTable(): Plugin {
  return {
    name: 'yingbao-route-table',
    resolveId: (id) => (id === publicId ? resolvedId : undefined),
    load: async (id) => (id === resolvedId ? tableModule() : undefined),
  }
}

/** Beside each text file its compressed forms, so that the server sends them without compressing anything itself. */
function compressed(): Plugin {
  return {
    name: 'yingbao-compressed',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (dir === undefined || !/\.(js|css|html)$/.test(fileName)) continue
        const path = join(dir, fileName)
        const text = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(text))
      }
    },
  }
}

/** Files with routes: those of the office stand in its frame; and how a route names its address and the module of its page. */
const routeFiles = { office: ['router.tsx', 'admin-routes.tsx'], open: ['root-routes.tsx'] }
const routeWithPage = /path: '(\/[^']*)'[^}]*?import\('\.\/(pages\/[^']+)'\)/g
const frameOfPages = 'pages/shell.tsx'

/** Parts in the first view of a page that are chunks of their own. */
const firstParts: Readonly<Record<string, readonly string[]>> = {
  'pages/case/case-page.tsx': ['pages/case/family.tsx', 'pages/case/case-trace.tsx'],
}

/**
 * Tells the server which chunks the page at an address needs beside the entry, and what it asks first, so that it can name them before the
 * entry has run: a slow line then spares the way there and back. Without the list, pages load as they are asked for.
 */
function pageChunks(): Plugin {
  return {
    name: 'yingbao-page-chunks',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === 'chunk')
      const filesOf = (fileName: string, known: ReadonlySet<string> = new Set()): Set<string> => {
        const files = new Set<string>()
        const visit = (name: string): void => {
          if (files.has(name) || known.has(name)) return
          files.add(name)
          for (const next of chunks.find((each) => each.fileName === name)?.imports ?? []) visit(next)
        }
        visit(fileName)
        return files
      }
      const atStart = new Set(chunks.filter((each) => each.isEntry).flatMap(({ fileName }) => [...filesOf(fileName)]))
      const ofModule = (module: string): string[] => {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === `${here}${module}`)
        return chunk === undefined ? [] : [...filesOf(chunk.fileName, atStart)]
      }
      const pagesIn = (files: readonly string[], frame: readonly string[]) =>
        files
          .flatMap((file) => [...readFileSync(`${here}${file}`, 'utf8').matchAll(routeWithPage)])
          .map(([, address = '', module = '']) => {
            const beside = firstParts[module] ?? []
            const files = new Set([...frame, ...[module, ...beside].flatMap(ofModule)])
            return [address, { chunks: [...files], asks: firstAsks[address] ?? [] }] as const
          })
      const pages = [...pagesIn(routeFiles.office, ofModule(frameOfPages)), ...pagesIn(routeFiles.open, [])]
      this.emitFile({ type: 'asset', fileName: 'page-chunks.json', source: JSON.stringify(Object.fromEntries(pages)) })
    },
  }
}

/** Office pages: built to dist/web; `vite apps/web` serves them alone, with the API proxied to a server on port 8080. */
export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [react(), routeTable(), pageChunks(), compressed()],
  build: {
    outDir: `${root}dist/web`,
    emptyOutDir: true,
    target: ['es2020', 'chrome87'],
    reportCompressedSize: false,
    assetsInlineLimit: 2048,
    // a browser that does not know the hint loads a chunk when it is asked for
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // lists of words do nothing when loaded: a page that takes one of them is spared the others
      treeshake: { moduleSideEffects: (id) => !/\/(benefits|casework|identity)\/([^/]+\/)?contract\//.test(id) },
      output: {
        // the entry names every chunk of the pages: by their hashes alone that takes least
        chunkFileNames: 'assets/[hash:7].js',
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual-core))/,
              priority: 3,
            },
            // what the entry itself needs; without a chunk of its own it would draw the whole kit into the entry
            { name: 'start', test: /apps\/web\/(ui\/(search|states)|client|session)|route-table/, priority: 2 },
            {
              name: 'kit',
              test: /apps\/web\/(ui\/(?!beside|virtual-list|evidence|files-field|problem-hint|todo-hint|date-field|figure|help|page-help)|wording|format)[^?]*\.tsx?$/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8080' } },
})
