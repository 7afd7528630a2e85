/** How a double is decided, in words: words alone, so that a page can have them without the schemas. */
export const verdictLabels = {
  shared: '照常发放：账户正当共用（监护、代管等）',
  right: '照常发放：本户登记无误，另一户有误或应当减员',
  mistaken: '照常发放：不是同一人，号码有误正在更正',
  duplicate: '暂不发放：重复登记，或账号有误须先更正',
} as const
