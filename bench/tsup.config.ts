import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { main: 'src/main.ts', 'dhcp-manager': 'src/dhcp/manager.ts' },
  format: ['esm'],
  clean: true,
  target: 'node20',
});
