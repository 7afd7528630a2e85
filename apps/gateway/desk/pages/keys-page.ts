/** 密钥: what others need to check what this unit signs. Private keys are never shown. */
import { digestHex, publicHalf } from '#wire'
import { card, facts, notice } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { pageOf, type Reply, type Visit } from '../visit.ts'

const suiteLabels = { GM1: 'GM1（SM2、SM3、SM4）', ED1: 'ED1（Ed25519、SHA-256、AES-256-GCM）' } as const

/** SHA-256 of a public key's text in groups of four, to be read out over the telephone. */
function fingerprint(publicKey: string): string {
  return (digestHex('ED1', publicKey).match(/.{4}/g) ?? []).join(' ')
}

const code = (text: string): Html => html`<span class="fingerprint">${text}</span>`

export function keysPage(visit: Visit): Reply {
  const { config, signer } = visit.parts
  const { suite, signing, box } = signer.publicTexts
  const of = (name: string, sign: string, seal: string, suiteName: keyof typeof suiteLabels): Html =>
    card(
      name,
      facts([
        ['密码套件', suiteLabels[suiteName]],
        ['签名公钥指纹', code(fingerprint(sign))],
        ['签名公钥', code(sign)],
        ['封装公钥指纹', code(fingerprint(seal))],
        ['封装公钥', code(seal)],
      ]),
    )
  const former = config.formerKeys.map((keys) => {
    const { suite: formerSuite, signing: formerSigning, box: formerBox } = publicHalf(keys)
    return of('本单位以前的密钥（只用于解开仍在途中的报文）', formerSigning, formerBox, formerSuite)
  })
  const body = html`${notice('blue', '换密钥或初次对接时，双方以电话或当面核对指纹一致后再使用。指纹是公钥文本的 SHA-256。')}
${card(
  '节点',
  facts([
    ['本单位节点', config.nodeId],
    ['核对中心节点', config.centreId],
    ['核对中心地址', config.centreUrl ?? '没有线路'],
  ]),
)}
${of('本单位', signing, box, suite)}
${of('核对中心', config.centreKeys.signing, config.centreKeys.box, config.centreKeys.suite)}
${former}`
  return pageOf(visit, '/keys', '密钥', body)
}
