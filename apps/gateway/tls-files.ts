/** PEM files of a node's mutual TLS, read when a line is opened. */
import { readFileSync } from 'node:fs'
import type { TlsFiles } from '#sources/contract'
import type { TlsTexts } from '#wire/server'

/** Reads the files. Throws when one cannot be read. */
export function readTls(files: TlsFiles): TlsTexts {
  const text = (file: string): string => readFileSync(file, 'utf8')
  return { ca: text(files.ca), cert: text(files.cert), key: text(files.key) }
}
