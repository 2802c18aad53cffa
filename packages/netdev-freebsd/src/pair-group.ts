/**
 * ifconfig shows of an end of an epair not which the other is once they have names of their own, so both are put into a group that
 * only they are in. An end that goes to another vnet leaves its groups.
 */
export function pairGroup(automaticName: string): string {
  // A group's name must not end in a digit.
  return `${automaticName.replace(/[ab]$/, '')}pair`;
}

export function isPairGroup(group: string): boolean {
  return /^epair\d+pair$/.test(group);
}
