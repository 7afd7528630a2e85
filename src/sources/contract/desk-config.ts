/** The part of a gateway's configuration that opens the page for the unit's data officer. */
import { z } from 'zod'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Who may use the page; the command `yingbao gateway desk-account` adds one. */
const DeskAccount = z.strictObject({
  name: z.string().min(1).max(40),
  /** scrypt hash, never the password */
  password: z.string().regex(/^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$/, '不是口令的散列值，请用 desk-account 命令设置口令'),
})
export type DeskAccount = z.infer<typeof DeskAccount>

/** Where the page listens and who may sign in; without it there is no page. */
export const DeskConfig = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    /** 0: any free port */
    port: z.int().min(0).max(65535),
    /** certificate and key (PEM files); needed as soon as the page is reached over a network */
    tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
    accounts: z.array(DeskAccount).default([]),
  })
  .refine(
    ({ host, tls }) => loopback.has(host) || tls !== undefined,
    '监听地址不是本机时必须配置 tls 证书，否则口令会在网上明文传输',
  )
export type DeskConfig = z.infer<typeof DeskConfig>
