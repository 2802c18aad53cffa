import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/http-get.ts', 'src/http-server.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
});
