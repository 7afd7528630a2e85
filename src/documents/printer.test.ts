import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isProblem } from '#kernel/problem'
import type { PrintAnswer } from './print-process.ts'
import { Printer, Printers, printOnce } from './printer.ts'

const MB = 2 ** 20
const job = (source: string) => ({ template: 'report', view: '{}', madeOn: 0, images: [], source, tagged: true })

async function refusal(printing: Promise<unknown>): Promise<string> {
  const error = await printing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isProblem(error)) throw new Error(`not refused: ${String(error)}`)
  return error.message
}

/** How a template gets at a package without naming it where one could look for it. */
const hidden = '#let word = "@pre" + "view/example:0.1.0"\n#import word: *\n'

describe('a template that a person wrote', () => {
  it('is ended when it goes on for too long, and others are printed meanwhile', async () => {
    const trial = refusal(printOnce(job('#for i in range(200000) [#i ]'), 4000))
    const printer = new Printer(60_000)
    expect((await printer.print(job('甲'))).subarray(0, 5).toString()).toBe('%PDF-')
    printer.stop()
    expect(await trial).toBe('文书 4 秒没有排完，已停止。请检查模板中的循环')
  }, 60_000)

  it('is ended when it takes too much memory, and this process stays as it was', async () => {
    const before = process.memoryUsage.rss()
    const sentence = await refusal(printOnce(job('#let rows = range(200000000)\n#rows.len()'), 60_000))
    expect(sentence).toMatch(/内存超过 1024 MB.*循环/)
    expect(process.memoryUsage.rss() - before).toBeLessThan(60 * MB)
  }, 60_000)

  it('starts the next paper in a new process', async () => {
    const printer = new Printer(4000)
    const endless = refusal(printer.print(job('#for i in range(200000) [#i ]')))
    const next = printer.print(job('乙'))
    expect(await endless).toContain('4 秒没有排完')
    expect((await next).subarray(0, 5).toString()).toBe('%PDF-')
    printer.stop()
  }, 60_000)

  it('holds up no other paper while there is a second process', async () => {
    const printers = new Printers(60_000, 2)
    const ended: string[] = []
    const endless = refusal(printers.print(job('#for i in range(200000) [#i ]'))).then(() => ended.push('endless'))
    await printers.print(job('丙')).then(() => ended.push('other'))
    printers.stop()
    await endless
    expect(ended).toEqual(['other', 'endless'])
  }, 60_000)

  it('may not use a package, however it names it', async () => {
    expect(await refusal(printOnce(job(hidden), 30_000))).toBe(
      '模板引用了外部程序包，系统不联网，不能使用；只可引用 form.typ 和 paper.typ，请改正后重试',
    )
  }, 60_000)
})

/** What a server on this machine sees when the process prints the text with it as its way to the network. */
async function askedOfServer(rights: string): Promise<{ answer: PrintAnswer; seen: string[] }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end()
  })
  server.on('connect', (request, socket) => {
    seen.push(request.url ?? '')
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const child = fork(new URL('./print-process.ts', import.meta.url), [String(1024 * MB), rights], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, ALL_PROXY: proxy },
  })
  const answer = await new Promise<PrintAnswer>((resolve) => {
    child.once('message', (said) => resolve((said as { value: PrintAnswer }).value))
    child.send(job(hidden))
  })
  child.kill('SIGKILL')
  await new Promise((resolve) => server.close(resolve))
  return { answer, seen }
}

describe('the printing process', () => {
  it.runIf(process.platform === 'linux')(
    'reaches no server, not even one on this machine',
    async () => {
      const open = await askedOfServer('open')
      expect(open.seen).toEqual(['packages.typst.org:443'])
      const confined = await askedOfServer('native')
      expect(confined.seen).toEqual([])
      expect(confined.answer).toMatchObject({ problem: expect.stringContaining('failed to download package') })
    },
    60_000,
  )
})
