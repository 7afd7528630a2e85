/**
 * Checks of the house that no lint rule covers. Each takes the files of the tree and returns one line per fault, so that
 * tools/house-checks.test.ts can hand it planted files as well as the real tree.
 */
export type TreeFile = { path: string; text: string }
export type Check = (files: readonly TreeFile[]) => string[]

const isCode = (path: string): boolean => /\.(ts|tsx|mjs|cjs)$/.test(path)
const isTest = (path: string): boolean => /\.(test|e2e)\.tsx?$/.test(path)

/** Faults of every line of the chosen files that matches the pattern, as `path:line what`. */
function linesMatching(files: readonly TreeFile[], choose: (path: string) => boolean, pattern: RegExp): string[] {
  return files
    .filter((file) => choose(file.path))
    .flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} ${line.trim().slice(0, 80)}`] : [])),
    )
}

/**
 * No test is skipped, focused or left to be written. `runIf` is allowed for what a machine may lack; in a full run of `npm test`
 * a test that did not run counts as failed.
 */
export const noSkippedTests: Check = (files) =>
  linesMatching(
    files,
    isTest,
    /\b(it|test|describe|suite|bench)(\.\w+)*\.(skip|only|todo|skipIf|fails)\b|\b(xit|xdescribe|xtest)\(/,
  )

/** No code file is longer than 400 lines. */
export const noLongFiles: Check = (files) =>
  files
    .filter((file) => isCode(file.path) && file.text.split('\n').length > 401)
    .map((file) => `${file.path} ${file.text.split('\n').length - 1} lines`)

/** No file is named after what it is not about. */
export const noForbiddenNames: Check = (files) =>
  files
    .map((file) => file.path)
    .filter(
      (path) => !path.endsWith('.json') && /(^|[/.-])(utils?|helpers?|commons?|misc|managers?|base|impl)([.-]|\/|$)/.test(path),
    )

/** No suppression of the type checker or the linter. */
export const noSuppressions: Check = (files) =>
  linesMatching(files, isCode, /(\/\/|\/\*|\{\/\*).*(@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore|eslint-disable)/)

/** Nothing is left for later in the code. */
export const noLeftovers: Check = (files) =>
  linesMatching(files, isCode, /(\/\/|\/?\*).*\b(TODO|FIXME|XXX|HACK)\b|not implemented|Not implemented/)

const sqlText =
  /[`'"(]\s*(select\s.*\bfrom\b|select\s*$|insert\s+into\s|update\s+\w+(\.\w+)?\s+set\b|delete\s+from\s|copy\s+\w+(\.\w+)?\s*\(|with\s+\w+\s+as\b|truncate\s|create\s+(temp|table|index|view)|alter\s+table)/i

/** SQL text stands in stores, in the platform and in migrations; the gateway asks the databases of its unit. */
export const sqlOnlyInStores: Check = (files) =>
  linesMatching(
    files,
    (path) =>
      /^(src|apps)\/.*\.tsx?$/.test(path) &&
      !isTest(path) &&
      !/^src\/platform\/|^(src|apps)\/[^/]+\/([^/]+\/)?store(\.ts$|\/)|^apps\/gateway\//.test(path),
    sqlText,
  )

/** Migrations are numbered 0001, 0002 … without a gap or a repetition, and named after what they do. */
export const migrationsInOrder: Check = (files) => {
  const names = files.map((file) => file.path).filter((path) => /^db\/migrations\/.*\.sql$/.test(path))
  return names.sort().flatMap((path, index) => {
    const wanted = String(index + 1).padStart(4, '0')
    return new RegExp(`^db/migrations/${wanted}_[a-z0-9_]+\\.sql$`).test(path) ? [] : [`${path} should be number ${wanted}`]
  })
}

/** Paths that a document names between back quotes or in a tree, as far as they look like paths of this repository. */
export function pathsNamedIn(text: string): string[] {
  const roots = 'src|apps|packs|synth|testkit|bench|e2e|tools|scripts|db|docs|bin|\\.ci'
  const found = text.match(new RegExp(`(?<![\\w/.#-])(${roots})/[\\w./-]*`, 'g')) ?? []
  return [...new Set(found.map((path) => path.replace(/[.,;:]+$/, '')))]
}

/** Every path named in the documents exists. `exists` tells whether a file or folder is there. */
export function pathsThatAreMissing(documents: readonly TreeFile[], exists: (path: string) => boolean): string[] {
  return documents.flatMap((document) =>
    pathsNamedIn(document.text)
      .filter((path) => !exists(path.replace(/\/$/, '')))
      .map((path) => `${document.path} names ${path}`),
  )
}

/** A README is one page: so many lines, and so many characters, however they are broken. */
const page = { lines: 80, characters: 8000 }

/** A README is one page for somebody who comes for the first time; what is longer stands in docs/. */
export const readmesOfOnePage: Check = (files) =>
  files
    .filter(({ path }) => /^README(\.\w+)?\.md$/.test(path))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length
      const isPage = lines <= page.lines && text.length <= page.characters
      return isPage ? [] : [`${path} ${lines} lines, ${text.length} characters`]
    })

/** The rows of the table of folders: folders in the first cell, what they hold in the second. */
function folderRows(text: string): { folders: string[]; what: string }[] {
  return [...text.matchAll(/^\| (`[\w.]+\/`[^|]*)\|([^|]*)\|$/gm)].map(([, named = '', what = '']) => ({
    folders: [...named.matchAll(/`([\w.]+)\/`/g)].map(([, folder = '']) => folder),
    what,
  }))
}

/** Capabilities that a README names of `src/`, behind the colon: `kernel, platform`, or `kernel 基础、platform 平台`. */
function capabilitiesIn(what: string): string[] {
  return what
    .slice(what.search(/[:：]/) + 1)
    .split(/[,、]/)
    .map((part) => /[a-z]+/.exec(part)?.[0] ?? '')
}

/** A README names every folder of the tree in its table of folders, and every capability; and none that is not there. */
export function foldersNamedWrong(readme: TreeFile, folders: readonly string[], capabilities: readonly string[]): string[] {
  const rows = folderRows(readme.text)
  const compared = (names: readonly string[], wanted: readonly string[], where: string): string[] => [
    ...wanted.filter((name) => !names.includes(name)).map((name) => `${readme.path} lacks ${where}${name}/`),
    ...names.filter((name) => !wanted.includes(name)).map((name) => `${readme.path} names ${where}${name}/`),
  ]
  const named = rows.flatMap((row) => row.folders)
  const source = rows.find((row) => row.folders.includes('src'))
  return [...compared(named, folders, ''), ...compared(capabilitiesIn(source?.what ?? ''), capabilities, 'src/')]
}
