/** Rounds a length up to the four bytes that messages and attributes start at. */
export function align(length: number): number {
  return (length + 3) & ~3;
}
