import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TestNode } from '#testkit/played-node'
import { publicHalf } from '#wire'
import { runRelay } from './main.ts'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-relay-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const unit = new TestNode('6299.police')
const province = new TestNode('62.province')
const publicOf = (node: TestNode) => ({ nodeId: node.nodeId, ...publicHalf(node.texts) })

async function run(...argv: string[]) {
  let err = ''
  let out = ''
  const io = { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } }
  return { code: await runRelay(argv, io), err, out }
}

test('says what is wrong with its arguments and its configuration', async () => {
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('--config') })
  expect((await run('--help')).out).toContain('转送节点')
  const file = join(dir, 'relay.json')
  const base = { nodeId: 'r', keys: [province.texts], stateDir: 'state', neighbours: [publicOf(unit)], passes: [] }
  const fault = async (content: object) => {
    writeFileSync(file, JSON.stringify(content))
    return (await run('--config', file)).err
  }
  expect(await fault({ ...base, passes: undefined })).toContain('passes')
  expect(await fault({ ...base, routes: [{ to: '62.*', via: 'nobody' }] })).toContain('nobody 不是相邻节点')
  expect(await fault({ ...base, nodes: [publicOf(unit)] })).toContain('出现了两次')
  const sm = new TestNode('sm', 'GM1')
  expect(await fault({ ...base, neighbours: [publicOf(sm)] })).toContain('keys 中没有该套件的密钥')
})
