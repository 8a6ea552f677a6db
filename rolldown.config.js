import { isAbsolute } from 'node:path';

/**
 * Joins what tsc wrote to dist/ into a few files in dist/bin, for the command line: Node takes about a millisecond to load
 * each of 390 modules, and V8 reads what other modules export anew at each use (docs/performance.md). Packages stay
 * where npm put them. Stack traces name the joined files; `node dist/cli/main.js` runs the same from the single ones.
 */
export default {
  input: 'dist/cli/main.js',
  platform: 'node',
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
  output: { dir: 'dist/bin', chunkFileNames: '[name].js', comments: false, cleanDir: true },
};
