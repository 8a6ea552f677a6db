/** A row of values as one line of blocks, the greatest of each cell. */

const BLOCKS = '▁▂▃▄▅▆▇█';

export function sparkline(values: readonly number[], cells: number): string {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const width = Math.min(cells, values.length);
  let line = '';
  for (let cell = 0; cell < width; cell++) {
    const from = Math.floor((cell * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * values.length) / width));
    const peak = values.slice(from, to).reduce((a, b) => Math.max(a, b), 0);
    const step = most === 0 ? 0 : Math.ceil((peak / most) * (BLOCKS.length - 1));
    line += BLOCKS[step]!;
  }
  return line;
}
