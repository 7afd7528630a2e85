/** Chinese words of the data standard, the same on the page and in the workbook. */
import type { Protection, Sensitivity, StandardMark } from './data-standard.ts'

interface Explained {
  readonly label: string
  readonly meaning: string
}

export const standardMarkWords: Readonly<Record<StandardMark, Explained>> = {
  sourced: { label: '有出处', meaning: '见过规章原文或代码表的转载' },
  known: { label: '无出处', meaning: '普遍知晓且可靠，但没有见到原文' },
  uncertain: { label: '推断', meaning: '由样式、字段或上一代标准推断，须对照标准正文' },
  proposal: { label: '本系统自设', meaning: '没有标准依据，只在本系统内使用' },
}

export const sensitivityWords: Readonly<Record<Sensitivity, Explained>> = {
  identifier: { label: '号码', meaning: '能直接认出人、账户或证书的号码：登记时加密，显示时打码' },
  sensitive: { label: '敏感信息', meaning: '健康、金融账户、羁押、行踪等，泄露或滥用易致人受害' },
  personal: { label: '个人信息', meaning: '其他能与某人联系起来的信息' },
  none: { label: '非个人信息', meaning: '编号、代码、单位等，单独不涉及个人' },
}

export const protectionWords: Readonly<Record<Protection, string>> = {
  sealed: '逐项加密存放',
  masked: '随应答整体加密，显示打码',
  answer: '随应答整体加密',
  scoped: '按辖区和岗位授权查看',
}
