/** Door of documents: papers as PDF, tables as Excel, QR codes that verify offline. */
export type {
  AuthorisationDocument,
  PrintedDocuments,
  PrintedFigure,
  PrintedFinding,
  PrintedIdentity,
  PrintedMember,
  PrintedPeriod,
  PrintedSignature,
  PrintedSource,
  PrintedStep,
  PrintedSupporter,
  PrintedUnit,
  ReturnNoticeDocument,
  TemplateName,
  VerificationReportDocument,
  VillageBatchDocument,
} from './contract.ts'
export { excelStream, type Sheet, type SheetColumn, type SheetRow } from './excel.ts'
export { renderPdf, stopPrinting } from './pdf.ts'
export { type PublicKeyInput, qrSvg, verifyQr } from './qr.ts'
export { composeQr, type QrStatement, qrStatementText, readQr } from './rules/qr.ts'
