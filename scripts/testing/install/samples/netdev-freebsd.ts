import { createFreeBsdNetDev, type FreeBsdNetDevOptions } from 'netdev-freebsd';

/** A host that answers nothing but whether it has vnet jails. */
const runner: NonNullable<FreeBsdNetDevOptions['runner']> = {
  dryRun: false,
  run: async (argv) => ({ argv, exitCode: 0, stdout: '0\n', stderr: '' }),
  start: () => Promise.reject(new Error('nothing is started here')),
  signal: async () => false,
  inNamespace: () => runner,
};

async function main(): Promise<void> {
  const net = await createFreeBsdNetDev({ runner });
  console.log(net.name, net.capabilities.has('bridge'), net.capabilities.has('namespaces'));
  await net.close();
}

main();
