/** Certificates of an installation's exchange: its authority, the centre's own, and one for each node that dials it. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#platform/clock'
import { type AuthorityTexts, loadCertificates, type TlsTexts } from '#wire/server'

/** PEM files of a node, as its configuration names them. */
export interface TlsFiles {
  ca: string
  cert: string
  key: string
}

/** Written aside and renamed: another process never reads half a file. Secret parts are for the owner only. */
async function save(file: string, text: string): Promise<void> {
  const partial = `${file}.part`
  await writeFile(partial, text, { mode: 0o600 })
  await rename(partial, file)
}

/** The installation's authority; made at the first call. Its key never leaves this folder. */
async function loadAuthority(dir: string, clock: Clock): Promise<AuthorityTexts> {
  const file = join(dir, 'authority.json')
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as AuthorityTexts
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const { makeAuthority } = await loadCertificates()
  const made = await makeAuthority('yingbao exchange', clock.nowMs())
  await save(file, JSON.stringify(made))
  return made
}

/** Issues a certificate for a node and writes it as PEM files into a folder. */
async function writeCertificate(authority: AuthorityTexts, nodeId: string, hosts: readonly string[], dir: string, clock: Clock) {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const { issueCertificate } = await loadCertificates()
  const { ca, cert, key } = await issueCertificate(authority, nodeId, hosts, clock.nowMs())
  const files: TlsFiles = { ca: join(dir, 'ca.pem'), cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }
  await Promise.all([save(files.ca, ca), save(files.cert, cert), save(files.key, key)])
  return files
}

/** The folder of an installation's certificates. */
export function exchangeTlsDir(dataDir: string): string {
  return join(dataDir, 'exchange-tls')
}

/**
 * The centre's certificate, made at the first call.
 * @param hosts names and addresses under which nodes dial it
 */
export async function loadCentreTls(dataDir: string, hosts: readonly string[], clock: Clock): Promise<TlsTexts> {
  const dir = exchangeTlsDir(dataDir)
  const files = { ca: join(dir, 'ca.pem'), cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }
  if (!Object.values(files).every(existsSync))
    await writeCertificate(await loadAuthority(dir, clock), 'centre', hosts, dir, clock)
  return readTlsFolder(dir)
}

/** The certificate of a folder that has ca.pem, cert.pem and key.pem. */
export async function readTlsFolder(dir: string): Promise<TlsTexts> {
  const [ca = '', cert = '', key = ''] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(dir, name), 'utf8')),
  )
  return { ca, cert, key }
}

/** A certificate for a node that dials the centre, in a folder that is handed to it. */
export async function writeNodeTls(dataDir: string, nodeId: string, dir: string, clock: Clock): Promise<TlsFiles> {
  return writeCertificate(await loadAuthority(exchangeTlsDir(dataDir), clock), nodeId, [], dir, clock)
}
