/**
 * What the pages that people begin with ask of the server first, by the address of the page. The server names it in the head of the document,
 * so that it is answered while the scripts are still on their way. What has conditions of its own stands for the page without any. A page
 * that asks something else after all loses nothing but the line: what stands here is taken by the same question alone.
 */
export const firstAsks: Readonly<Record<string, readonly string[]>> = {
  '/tasks': ['/api/tasks?limit=50'],
  '/cases': ['/api/cases?limit=50'],
  '/cases/$caseNo': ['/api/cases/$caseNo'],
  '/households': ['/api/households?limit=50'],
  '/progress': ['/api/campaigns', '/api/verification-troubles'],
}
