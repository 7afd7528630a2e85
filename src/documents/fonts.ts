import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Debian's fonts with the rare characters of names; used when the machine has them, never shipped with us. */
const rareCharacterFonts = [
  '/usr/share/fonts/**/BabelStoneHan*.ttf',
  '/usr/share/fonts/**/HanaMin*.ttf',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
]

/**
 * Font files for printing: Noto Sans SC regular and bold from npm, then whatever the machine has for rare characters,
 * then a district's own licensed fonts in `extraFolder`.
 */
export function fontFiles(extraFolder?: string): string[] {
  const shipped = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'))
  const own = [join(shipped, '400Regular', 'NotoSansSC_400Regular.ttf'), join(shipped, '700Bold', 'NotoSansSC_700Bold.ttf')]
  const extra = extraFolder && existsSync(extraFolder) ? globSync(join(extraFolder, '*.{ttf,otf,ttc}')) : []
  return [...own, ...rareCharacterFonts.flatMap((pattern) => globSync(pattern)), ...extra]
}
