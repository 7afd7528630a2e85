/** Where a filing code opens: with an address of the installation in front of it, a phone that reads it opens the case's page. */

let address = ''

/** Sets the installation's public address, e.g. https://yingbao.example.gov.cn; without one a paper carries the code alone. */
export function setFilingAddress(publicUrl: string | undefined): void {
  address = publicUrl ?? ''
}

/** The text of a printed filing code. */
export function filingText(code: string): string {
  return address === '' ? code : `${address}/s/${code}`
}
