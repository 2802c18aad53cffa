import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/netdev.ts', 'src/firewall.ts', 'src/dhcp.ts', 'src/freebsd.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  clean: true,
  target: 'node20',
  sourcemap: true,
});
