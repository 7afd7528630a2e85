/** Who sits in a deliberation: words alone, so that a page can have them without the schemas. */
export const MEMBER_KINDS = ['representative', 'committee', 'party', 'deputy', 'supervisor', 'township'] as const

export const memberKindLabels: Readonly<Record<(typeof MEMBER_KINDS)[number], string>> = {
  representative: '村（居）民代表',
  committee: '村（居）委会成员',
  party: '党员代表',
  deputy: '人大代表、政协委员',
  supervisor: '村务监督委员会成员',
  township: '乡镇（街道）工作人员',
}
