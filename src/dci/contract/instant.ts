import { isDate } from '#kernel/dates'

const INSTANT = /^.{10}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/

/** Whether a text is an instant with its zone. */
export function isInstant(text: unknown): text is string {
  return typeof text === 'string' && INSTANT.test(text) && isDate(text.slice(0, 10))
}

const LOCALE = /^[a-z]{3}$/

/** Whether a locale may stand in an item: three lower-case letters, or none. */
export function isLocale(given: unknown): boolean {
  return given === undefined || given === null || given === '' || (typeof given === 'string' && LOCALE.test(given))
}
