/** A person without a mouse: Tab, Enter, Space, Escape, letters; whatever has the focus on the way must show it. */
import type { Page } from 'playwright-core'

export class Keyboard {
  readonly page: Page
  /** elements that had the focus without showing it, and places where it was lost */
  readonly faults: string[] = []

  constructor(page: Page) {
    this.page = page
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key)
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text)
  }

  /** What has the focus, in its first words. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement
      return element === null || element === document.body
        ? 'body'
        : (element.textContent?.trim().slice(0, 60) ?? element.tagName)
    })
  }

  async #look(): Promise<void> {
    const fault = await this.page.evaluate(() => {
      const element = document.activeElement
      if (element === null || element === document.body) return null
      const shown = element.closest('.file-button')?.querySelector('label') ?? element
      const { outlineStyle, outlineWidth } = getComputedStyle(shown)
      const seen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
      return seen ? null : element.outerHTML.slice(0, 120)
    })
    if (fault !== null) this.faults.push(`no sign of the focus: ${fault}`)
  }

  /** Tabs on until an element has the focus; throws when it never gets it. */
  async tabTo(selector: string, most = 160): Promise<void> {
    for (let at = 0; at < most; at++) {
      await this.press('Tab')
      await this.#look()
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    }
    throw new Error(`${selector} is not reached by keyboard`)
  }

  /** Tabs on to a button by its words. */
  async tabToButton(words: string, most = 160): Promise<void> {
    for (let at = 0; at < most; at++) {
      await this.press('Tab')
      await this.#look()
      const text = await this.page.evaluate(() =>
        document.activeElement instanceof HTMLButtonElement ? (document.activeElement.textContent ?? '') : '',
      )
      if (text === words) return
    }
    throw new Error(`the button ${words} is not reached by keyboard`)
  }

  /** Goes down the list of tasks by its letters until a row of the applicant has the focus. */
  async rowOf(applicant: string, most = 60): Promise<void> {
    for (let at = 0; at < most; at++) {
      await this.press('j')
      const row = await this.page.evaluate(() => document.activeElement?.closest('tr')?.textContent ?? '')
      if (row.includes(applicant)) return
    }
    throw new Error(`${applicant} is in no row`)
  }

  /** Tabs to the top and once around the page; gives how many stops it has. Throws when the round does not end: a trap. */
  async round(most = 400): Promise<number> {
    await this.tabTo('a.skip', most)
    for (let stops = 1; stops < most; stops++) {
      await this.press('Tab')
      await this.#look()
      if (await this.page.evaluate(() => document.activeElement?.matches('a.skip') ?? false)) return stops
    }
    throw new Error(`the round of Tab does not end, it stands at: ${await this.focused()}`)
  }
}
