import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { sh } from './host.js';

const bus = '/sys/bus/netdevsim';

/**
 * Puts a card of the kernel's netdevsim into a namespace, with virtual functions. It is on a bus of its own, not PCI.
 * @returns its link
 */
export function addSimulatedCard(namespace: string, id: number, count: number): string {
  if (!existsSync(bus)) sh('modprobe', 'netdevsim');
  const script = `
    echo "${id} 1" >${bus}/new_device
    echo ${count} >${bus}/devices/netdevsim${id}/sriov_numvfs
    ls ${bus}/devices/netdevsim${id}/net`;
  return sh('ip', 'netns', 'exec', namespace, 'sh', '-euc', script).trim();
}

/** Takes every simulated card away. A namespace that ends would hand its card to the machine's own. */
export function removeSimulatedCards(): void {
  if (!existsSync(`${bus}/devices`)) return;
  for (const name of readdirSync(`${bus}/devices`))
    writeFileSync(`${bus}/del_device`, name.replace('netdevsim', ''));
}
