import { expect, it } from 'vitest'
import { openBrowser } from './browser.ts'
import { movesOf, noteMoves } from './page-moves.ts'

/** A page as it stands at first, and what a moment later happens on it. */
async function movesOn(body: string, later: string): Promise<string[]> {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
    await page.addInitScript(noteMoves)
    await page.goto(`data:text/html,${encodeURIComponent(`<body style="margin:0;height:3000px">${body}`)}`)
    await page.waitForTimeout(100)
    await page.evaluate(later)
    await page.waitForTimeout(100)
    return await movesOf(page)
  } finally {
    await browser.close()
  }
}

it('notes a button pushed down by what comes above it', async () => {
  const above = "document.body.insertAdjacentHTML('afterbegin', '<p style=\"margin:0;height:40px\">late</p>')"
  expect(await movesOn('<button>one</button><button>two</button>', above)).toEqual(['2 moved by 0, 40: button “one”'])
})

it('notes neither what scrolls, nor what sticks to the window, nor what is hidden, far below or no button', async () => {
  const body = `<nav style="position:sticky;top:0"><button>stays</button></nav><p id="place"></p>
    <button style="visibility:hidden">hidden</button><button disabled>off</button><p>words</p>
    <button style="position:absolute;top:2000px">below</button>`
  const later = `document.getElementById('place').style.height = '90px'
    document.querySelector('[style*=absolute]').style.top = '2100px'; window.scrollTo(0, 300)`
  expect(await movesOn(body, later)).toEqual([])
})
