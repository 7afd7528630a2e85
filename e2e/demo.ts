/** A demo, its pages and a Chromium for the tests of one file: there before its tests, gone after them. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type DemoOptions, startDemo, type World } from '#testkit/world'
import { type Account, buildPages, openBrowser } from './browser.ts'

export interface Demo {
  readonly browser: Browser
  readonly world: World
  /** A demo user with the password; throws for an account the demo has not. */
  user(account: string): Account
}

/** Sizes of district that several files begin with. */
const sharedSizes = [40, 60]

/** Builds the pages and starts the demo before the tests of the file that calls it. */
export function demoOf(options: DemoOptions): Demo {
  const isShared = options.packId === undefined && sharedSizes.includes(options.households)
  const there: { browser?: Browser; world?: World } = {}
  beforeAll(async () => {
    buildPages()
    there.world = await startDemo(options, isShared)
    there.browser = await openBrowser()
  })
  afterAll(async () => {
    await there.browser?.close()
    await there.world?.stop()
  })
  const world = (): World => {
    if (there.world === undefined) throw new Error('the demo has not started')
    return there.world
  }
  return {
    get browser() {
      if (there.browser === undefined) throw new Error('the browser has not started')
      return there.browser
    },
    get world() {
      return world()
    },
    user(account) {
      const found = world().users.find((each) => each.account === account)
      if (found === undefined) throw new Error(`no demo user ${account}`)
      return found
    },
  }
}
