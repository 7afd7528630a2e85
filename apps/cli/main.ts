/** The command line: picks the command and ends with its exit code. */

import type { Io } from './io.ts'

type Command = (argv: readonly string[], io: Io) => Promise<number>

const commands: Readonly<Record<string, { label: string; load(): Promise<Command> }>> = {
  verify: {
    label: '核对整个数据包，写出五个结果文件 / verify a district package',
    load: async () => (await import('./verify.ts')).runVerify,
  },
  assess: { label: '核算一户 / assess one household', load: async () => (await import('./assess.ts')).runAssess },
  generate: {
    label: '生成虚构区县 / generate a fictional district',
    load: async () => (await import('./generate.ts')).runGenerate,
  },
  serve: { label: '运行系统 / run the product', load: async () => (await import('./serve.ts')).runServe },
  gateway: {
    label: '运行成员单位前置机 / run a member unit gateway',
    load: async () => (await import('../gateway/main.ts')).runGateway,
  },
  relay: {
    label: '运行省、市转送节点 / run a relay node of a province or city',
    load: async () => (await import('../gateway/relay/main.ts')).runRelay,
  },
  dci: { label: 'DCI 对外接口：合作方、测试合作方模式 / the DCI edge', load: async () => (await import('./dci.ts')).runDci },
  bundle: {
    label: '离线包：导出、导入 / sealed bundles for a stick or SFTP',
    load: async () => (await import('./bundle.ts')).runBundle,
  },
  nats: {
    label: '消息总线：用户与报文流 / users and stream of a message bus',
    load: async () => (await import('./nats.ts')).runNats,
  },
  evidence: {
    label: '核对证据：导出、离线核验、公钥 / evidence: export, verify off line, keys',
    load: async () => (await import('./evidence.ts')).runEvidence,
  },
  journal: {
    label: '日志与签名核对 / the journal and signed reports, checked',
    load: async () => (await import('./journal.ts')).runJournal,
  },
  bench: { label: '基准测试 / benchmarks', load: async () => (await import('./bench.ts')).runBench },
}

const help = `应保 Yingbao

用法 / usage: yingbao <命令 command> [参数 options]

${Object.entries(commands)
  .map(([name, { label }]) => `  ${name.padEnd(10)}${label}`)
  .join('\n')}

每个命令都有 --help。Every command has --help.
`

async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help)
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    io.stderr.write(`没有“${name}”这个命令，可用：${Object.keys(commands).join('、')}\n`)
    return 2
  }
  const run = await command.load()
  return run(rest, io)
}

process.exitCode = await main(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr })
