export function checkPlanted(_a: string, _b: string): void {}
