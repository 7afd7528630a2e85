/** `yingbao nats`: what the keeper of a message bus sets up for its nodes. */
import { parseArgs } from 'node:util'
import { loadBroker } from '#wire/server'
import { readTlsFolder } from '../run/exchange-tls.ts'
import type { Io } from './io.ts'

const help = `yingbao nats users --keeper NAME --node ID …
    打印 users.conf：每个节点只能以自己的名义发送、只能取自己的报文
yingbao nats prepare --servers HOST:PORT,… --tls DIR --node ID … [--replicas N]
    建立或更新报文流和每个节点的两个取件人，可重复执行

  --keeper NAME   总线管理员证书的名称（CN）    --tls DIR    管理员的 ca.pem、cert.pem、key.pem
  --node ID       节点编号，可重复              --replicas   副本数，缺省 3

Prints the users of a NATS cluster, and prepares its stream and consumers. See docs/nats.md.
`

const badArguments = 2
const clusterReplicas = '3'

interface Values {
  nodes: string[]
  keeper: string
  servers: string
  tls: string
  replicas: number
  kind: string
}

function valuesOf(argv: readonly string[]): Values | string {
  try {
    const text = { type: 'string', default: '' } as const
    const options = {
      node: { type: 'string', multiple: true, default: [] as string[] },
      keeper: text,
      servers: text,
      tls: text,
      replicas: { type: 'string', default: clusterReplicas },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    const { node: nodes, keeper, servers, tls, replicas } = values
    const kind = values.help ? 'help' : (positionals[0] ?? '')
    if (kind !== 'help' && nodes.length === 0) return '缺少 --node'
    if (kind === 'users' && keeper === '') return 'users 需要 --keeper'
    if (kind === 'prepare' && (servers === '' || tls === '')) return 'prepare 需要 --servers 与 --tls'
    if (!/^[135]$/.test(replicas)) return '--replicas 应为 1、3 或 5'
    return { nodes, keeper, servers, tls, replicas: Number(replicas), kind }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function prepare({ nodes, servers, tls, replicas }: Values, io: Io): Promise<void> {
  const access = { servers: servers.split(','), tls: await readTlsFolder(tls) }
  const { connectBroker, prepareBroker } = await loadBroker()
  const broker = await connectBroker('keeper', access)
  await prepareBroker(broker, nodes, { replicas }).finally(() => broker.close())
  io.stdout.write(`报文流已就绪，节点 ${nodes.length} 个\n`)
}

/** Runs the command. Exit codes: 0 done, 2 bad arguments. */
export async function runNats(argv: readonly string[], io: Io): Promise<number> {
  const values = valuesOf(argv)
  if (typeof values === 'string') {
    io.stderr.write(`参数有误：${values}（详见 yingbao nats --help）\n`)
    return badArguments
  }
  if (values.kind === 'users') io.stdout.write((await loadBroker()).brokerUsers(values.nodes, values.keeper))
  else if (values.kind === 'prepare') await prepare(values, io)
  else io.stdout.write(help)
  return values.kind === '' ? badArguments : 0
}
