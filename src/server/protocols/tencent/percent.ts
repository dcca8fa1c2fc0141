/**
 * A score as the vendor's whole number from 0 to 100.
 *
 * @param score 0..1
 */
export function percent(score: number): number {
  return Math.round(score * 100);
}
