/** Where answers may be sent: only under an address that was registered for the partner. */

/** Registered instead of an address in test mode: any address on the machine itself. */
export const ANY_ON_THIS_MACHINE = '*'

const LOOPBACK = /^(127\.[\d.]+|localhost|\[::1\])$/

/** Whether the address leads to the machine itself. */
export function isLoopback(address: string): boolean {
  return URL.canParse(address) && LOOPBACK.test(new URL(address).hostname)
}

/** Why an address cannot be registered, in Chinese; undefined when it can. HTTP without TLS is for the machine itself only. */
export function addressFault(address: string, loopbackAllowed: boolean): string | undefined {
  if (!URL.canParse(address)) return `回调地址“${address}”不是网址`
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return '回调地址中不得写用户名和口令'
  if (url.search !== '' || url.hash !== '') return '回调地址不得带“?”或“#”部分'
  if (isLoopback(address)) return loopbackAllowed ? undefined : '正式运行时不得登记指向本机的回调地址'
  return url.protocol === 'https:' ? undefined : `回调地址“${address}”须以 https:// 开头`
}

function plain(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/**
 * The address an answer goes to, or undefined when it may not: `asked` (the message's `sender_uri`) must be a registered address, or the
 * callback itself directly below one (`<registered>/registry/on-search`, `<registered>/on-search`). Without `asked` it is the first
 * registered address.
 */
export function callbackAddress(asked: string | undefined, registered: readonly string[], path: string): string | undefined {
  const wanted = asked ?? registered.find((one) => one !== ANY_ON_THIS_MACHINE)
  const address = wanted === undefined ? undefined : plain(wanted)
  if (address === undefined) return undefined
  const last = path.slice(path.lastIndexOf('/'))
  const above = [path, last].filter((end) => address.endsWith(end)).map((end) => address.slice(0, -end.length))
  const allowed = registered.some((one) =>
    one === ANY_ON_THIS_MACHINE ? isLoopback(address) : [address, ...above].includes(plain(one) ?? ''),
  )
  if (!allowed) return undefined
  return above.length > 0 ? address : `${address}${path}`
}
