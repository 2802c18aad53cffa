// Loaded before every host test file: such a test alters the network, so it must not even start on the machine's own.
if (process.env.NETDEV_SANDBOX !== '1') {
  throw new Error('Host tests run in private namespaces only: npm run test:host -- FILES');
}
