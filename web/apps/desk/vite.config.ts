/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { distOf, oldestBrowser } from '../../vite.shared.ts';

/** The running server during development; its origin check wants to be met. */
const server = process.env['HARK_SERVER'] ?? 'http://localhost:8600';
const proxy = { '/api': { target: server, ws: true, changeOrigin: true, headers: { origin: server } } };

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy },
  build: {
    target: oldestBrowser,
    cssTarget: oldestBrowser,
    outDir: distOf('desk'),
    emptyOutDir: true,
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        manualChunks: (id: string) => (/node_modules[\\/](react|react-dom|scheduler)[\\/]/.test(id) ? 'react' : undefined),
      },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
});
