// Loaded before every test file for the virtual machine: such a test takes the whole machine for its own.
if (process.env.NETDEV_VM !== '1') {
  throw new Error('These tests run in a virtual machine only: npm run test:vm -- FILES');
}
