/** Pages must hold still while they load: what moves between a press and its release is missed, or something else is hit. */
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    moved?: string[]
  }
}

/** Notes, from frame to frame, what is in the window, can be pressed and has moved by itself: a line for all that moved alike. */
export function noteMoves(): void {
  type Place = { x: number; y: number; scrolled: number }
  const pressable = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary'
  const least = 3
  const moved: string[] = []
  window.moved = moved
  const places = new WeakMap<Element, Place>()
  const placeOf = (element: Element): Place | undefined => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const isSeen = width * height > 0 && element.checkVisibility({ visibilityProperty: true })
    return isSeen ? { x, y, scrolled: window.scrollY } : undefined
  }
  const moveOf = (was: Place, is: Place): string | undefined => {
    const inWindow = is.y - was.y
    const onPage = inWindow + is.scrolled - was.scrolled
    // what scrolls keeps its place on the page, what sticks to the window keeps it there
    const down = Math.abs(inWindow) < Math.abs(onPage) ? inWindow : onPage
    const across = is.x - was.x
    const isMoved = was.y <= window.innerHeight && Math.hypot(across, down) > least
    return isMoved ? `${Math.round(across)}, ${Math.round(down)}` : undefined
  }
  const look = () => {
    const alike = new Map<string, string[]>()
    for (const element of document.querySelectorAll(pressable)) {
      const [was, is] = [places.get(element), placeOf(element)]
      if (is === undefined) places.delete(element)
      else places.set(element, is)
      const by = was === undefined || is === undefined ? undefined : moveOf(was, is)
      if (by !== undefined)
        alike.set(by, [...(alike.get(by) ?? []), `${element.localName} “${element.textContent?.slice(0, 12)}”`])
    }
    for (const [by, names] of alike) moved.push(`${names.length} moved by ${by}: ${names[0]}`)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Milliseconds a script takes, and between the five times at which answers come. */
const scriptMs = 40
const [times, apartMs] = [5, 60]

/** Has every page that opens in the tab note what moves, and its scripts and answers come late: each answer by a time that follows from its address. */
export async function loadSlowly(page: Page): Promise<void> {
  await page.addInitScript(noteMoves)
  await page.route('**/assets/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, scriptMs))
    await route.continue()
  })
  await page.route('**/api/**', async (route) => {
    const { pathname, search } = new URL(route.request().url())
    const sum = [...`${pathname}${search}`].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0)
    await new Promise((resolve) => setTimeout(resolve, (sum % times) * apartMs))
    await route.continue()
  })
}

/** What moved on the page since it was opened. */
export function movesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => window.moved ?? [])
}
