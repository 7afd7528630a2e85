/** The page of one unit's data officer, opened in a demo so that it can be seen. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { newPassword } from '#identity'
import { freePort } from '#platform/free-port'
import type { DeskAccount } from '#sources/contract'
import { hashPassword } from '../gateway/desk/password.ts'

const host = '127.0.0.1'
const officer = '李专员'

/** The officer's account, kept beside the configuration; the password only when it was made now. */
async function officerOf(file: string): Promise<{ account: DeskAccount; password?: string }> {
  if (existsSync(file)) return { account: JSON.parse(readFileSync(file, 'utf8')) as DeskAccount }
  const password = newPassword()
  const account = { name: officer, password: await hashPassword(password) }
  writeFileSync(file, JSON.stringify(account), { mode: 0o600 })
  return { account, password }
}

/** Adds the page to a gateway's configuration before it starts; gives where it will be, with the password the first time. */
export async function openDemoDesk(configFile: string, wishedPort: number): Promise<string> {
  const { account, password } = await officerOf(`${configFile}.officer`)
  const port = await freePort(wishedPort)
  const config: Record<string, unknown> = JSON.parse(readFileSync(configFile, 'utf8'))
  writeFileSync(configFile, JSON.stringify({ ...config, desk: { host, port, accounts: [account] } }, null, 2))
  const secret = password === undefined ? '口令见首次启动时的显示' : `口令 ${password}（只显示这一次）`
  return `http://${host}:${port} ，账号 ${account.name}，${secret}`
}
