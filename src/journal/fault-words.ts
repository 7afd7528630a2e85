/** What a check found, in sentences: which chain, which entry or seal, what does not hold. */
import { type Alarm, EVERYWHERE } from './alarms.ts'
import type { ChainFault, ChainFaultKind } from './chain.ts'
import type { JournalCheck, KeptFault, SealFaultKind } from './check.ts'

const chainWords: Readonly<Record<ChainFaultKind, (n: number) => string>> = {
  gap: (n) => `第 ${n} 条之前缺少记录`,
  fork: (n) => `第 ${n} 号有两条记录：链被分叉`,
  'broken-link': (n) => `第 ${n} 条与前一条的指纹不相接`,
  altered: (n) => `第 ${n} 条的内容与其指纹不符：内容被改动`,
  'tail-missing': (n) => `末尾的记录被截去，现存到第 ${n} 条`,
  'head-differs': (n) => `链头与第 ${n} 条（最后一条）不符`,
  'head-missing': (n) => `没有链头，最后一条为第 ${n} 条`,
}

const sealWords: Readonly<Record<SealFaultKind, (n: number) => string>> = {
  number: (n) => `封记的号码不连续：第 ${n} 号之前缺少封记`,
  link: (n) => `第 ${n} 号封记与前一枚的根不相接`,
  range: (n) => `第 ${n} 号封记与前一枚覆盖的范围不相接`,
  signature: (n) => `第 ${n} 号封记的签名不成立`,
  rows: (n) => `第 ${n} 号封记所覆盖的日志与封记时不符：有删改或增添`,
}

function keptWords({ kind, sealNo, where }: KeptFault, lastSeal: number): string {
  return kind === 'missing'
    ? `${where}记有第 ${sealNo} 号封记，库中封记只到第 ${lastSeal} 号：日志尾部连同封记被截去，或换回了旧数据`
    : `${where}所记的第 ${sealNo} 号封记与库中的不同：封记被替换`
}

/** One sentence for each thing found, as alarms. */
export function alarmsOf({ chainFaults, sealFaults, keptFaults, lastSeal }: JournalCheck): Alarm[] {
  const place = { divisionCode: EVERYWHERE }
  return [
    ...chainFaults.map(({ chain, seq, kind }: ChainFault): Alarm => {
      return { kind: 'journal', subject: chain, fault: `日志链“${chain}”${chainWords[kind](seq)}`, ...place }
    }),
    ...sealFaults.map(
      ({ sealNo, kind }): Alarm => ({ kind: 'seal', subject: String(sealNo), fault: sealWords[kind](sealNo), ...place }),
    ),
    ...keptFaults.map(
      (each): Alarm => ({ kind: 'anchor', subject: String(each.sealNo), fault: keptWords(each, lastSeal), ...place }),
    ),
  ]
}
