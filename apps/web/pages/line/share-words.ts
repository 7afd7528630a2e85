import { percent, shareOf } from '../../format.ts'

/** A part of a whole in words: rounding hides neither a few that are there nor a few that are missing. */
export function shareWords(part: number, all: number): string {
  const words = percent(shareOf(part, all))
  if (part > 0 && words === '0.0 %') return '不到 0.1 %'
  return part < all && words === '100.0 %' ? '99.9 % 以上' : words
}
