const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text from outside may name a campaign, an objection or an exemption: anything else is "not found", not a fault. */
export function isUuid(text: string): boolean {
  return form.test(text)
}
