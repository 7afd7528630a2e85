/** Whether a file can print as a seal. */
import { fileType } from '#kernel/file-type'

const headLength = 26
/** Points a seal of 40 to 45 mm needs at 150 dpi, and what is more than a printer shows. */
const least = 200
const most = 2000
/** Kinds of colour that carry transparency: grey with alpha, red-green-blue with alpha. */
const withAlpha: readonly number[] = [4, 6]

/** Why a file cannot print as a seal, in words; null when it can: a PNG of fit size whose ground is transparent. */
export function sealFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headLength || fileType(bytes) !== 'image/png') {
    return '印章须是 PNG 图片，请把扫描的印模另存为背景透明的 PNG 后再传'
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if ([width, height].some((side) => side < least || side > most)) {
    return `印章图片的宽和高应在 ${least} 至 ${most} 像素之间，这张是 ${width}×${height}，请调整后再传`
  }
  return withAlpha.includes(view.getUint8(25)) ? null : '印章图片没有透明背景，会盖住下面的文字，请去掉白底后再传'
}
