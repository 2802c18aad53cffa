import { createLinuxNetDev, toShellCommands } from 'netdev-linux';

async function main(): Promise<void> {
  const net = await createLinuxNetDev();
  const loopback = await net.getLink('lo');
  await net.close();
  const [words = []] = toShellCommands({ do: 'delete-link', name: 'tap0' }, undefined);
  console.log(loopback.index, words.join(' '));
}

main();
