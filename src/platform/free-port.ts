import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of this machine that nobody uses at this moment: the wished one when it is free, else any. */
export async function freePort(wished = 0): Promise<number> {
  const server = createServer().listen(wished, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (wished === 0) throw error
    return freePort()
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : wished
}
