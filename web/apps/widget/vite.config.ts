import { defineConfig } from 'vitest/config';

/**
 * Parts are fetched by plain imports, and their looks by `parts.ts`: the bundler's own helper for both would be a thirtieth of
 * the budget.
 */
const plainImports = {
  name: 'plain-imports',
  enforce: 'pre' as const,
  load: (id: string) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : null),
};

/** The frame: served by the public origin under /w/v1, with a policy that allows neither inline script nor inline style. */
export default defineConfig({
  base: '/w/v1/',
  plugins: [plainImports],
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  build: {
    target: 'chrome109',
    outDir: '../../dist/widget',
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssMinify: true,
    rollupOptions: {
      input: 'frame.html',
      output: { entryFileNames: 'assets/[name].[hash].js', assetFileNames: 'assets/[name].[hash][extname]' },
    },
  },
  test: { include: ['test/**/*.test.{ts,tsx}'], environment: 'node' },
});
