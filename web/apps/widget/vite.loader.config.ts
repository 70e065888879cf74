import { defineConfig } from 'vite';

/** The loader: one classic script that a client's page embeds; its name never changes, so it carries no hash. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'chrome100',
    outDir: '../../dist/widget',
    emptyOutDir: false,
    lib: { entry: 'src/loader/main.ts', formats: ['iife'], name: 'HarkLoader', fileName: () => 'hark.js' },
  },
});
