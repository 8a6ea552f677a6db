/**
 * What the SYNs of an attack look like: clusters of header fields in a sample of them, and the tools that are known to
 * write such headers.
 */
import type { Connections } from '../../flow/connections.ts';
import { type SynSample, optionsText } from '../../flow/syn-samples.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { mssOf, windowShiftOf } from '../../wire/tcp-options.ts';

export type Tool = 'hping3' | 'zmap' | 'masscan' | 'mirai-scanner' | 'mirai-attack';

export interface Shape {
  /** SYNs of the sample that look like this, and the first of their frames. */
  readonly syns: number;
  readonly frames: readonly number[];
  readonly window: number | null;
  /** `random` where it is different from SYN to SYN. */
  readonly windows: 'one' | 'few' | 'random';
  readonly mss: number | null;
  readonly windowShift: number | null;
  /** Kinds in their order, as `2,4,8,1,3`; empty for none. */
  readonly options: string;
  readonly ttlMin: number;
  readonly ttlMax: number;
  readonly dontFragment: boolean;
  readonly ipId: 'zero' | 'constant' | 'counts-up' | 'random' | 'none';
  readonly sourcePort: 'constant' | 'counts-up' | 'random';
  readonly sequence: 'constant' | 'random';
  readonly tool: Tool | null;
}

export interface Shapes {
  readonly sampled: number;
  /** The commonest first. */
  readonly clusters: readonly Shape[];
}

const MAX_CLUSTERS = 8;
const MAX_SHAPE_FRAMES = 20;

interface Row extends SynSample {
  readonly address: number;
  readonly destination: number;
  readonly port: number;
  readonly responderPort: number;
  readonly sequence: number;
  readonly ttl: number;
  readonly synOptions: number;
  readonly frame: number;
}

/** `ids` of the attack's connections are those of `rows`, in order. */
export function shapesOf(c: Connections, ids: Int32Array, rows: Int32Array): Shapes {
  const samples = c.tracker.table.records.synSamples;
  const groups = new Map<string, Row[]>();
  const w = c.words;
  let sampled = 0;
  for (let i = 0; i < samples.count; i++) {
    const sample = samples.read(i);
    if (!holds(ids, rows, sample.id)) continue;
    const row = rowOf(w, sample);
    const key = `${row.options} ${row.dontFragment} ${windowShiftOf(row.synOptions) ?? '-'}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
    sampled++;
  }
  const clusters = [...groups.values()].map(shapeOf).toSorted((a, b) => b.syns - a.syns || a.frames[0]! - b.frames[0]!);
  return { sampled, clusters: clusters.slice(0, MAX_CLUSTERS) };
}

/** Both are in order of number. */
function holds(ids: Int32Array, rows: Int32Array, id: number): boolean {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[rows[middle]!]! < id) low = middle + 1;
    else high = middle;
  }
  return low < rows.length && ids[rows[low]!] === id;
}

function rowOf(w: Int32Array, sample: SynSample): Row {
  const at = sample.id * WORDS;
  return {
    id: sample.id,
    window: sample.window,
    dontFragment: sample.dontFragment,
    ipId: sample.ipId,
    options: sample.options,
    address: w[at + Word.addressA]!,
    destination: w[at + Word.addressB]!,
    port: w[at + Word.ports]! >>> 16,
    responderPort: w[at + Word.ports]! & 0xffff,
    sequence: w[at + Word.isnA]!,
    ttl: w[at + Word.hopsA]! & 255,
    synOptions: w[at + Word.optionsA]!,
    frame: w[at + Word.firstFrame]! >>> 0,
  };
}

function shapeOf(rows: readonly Row[]): Shape {
  const [first] = rows as readonly [Row];
  const windows = new Set(rows.map(({ window }) => String(window))).size;
  const sizes = new Set(rows.map(({ synOptions }) => String(mssOf(synOptions))));
  const ttls = rows.map(({ ttl }) => ttl);
  const shape = {
    syns: rows.length,
    frames: rows.slice(0, MAX_SHAPE_FRAMES).map(({ frame }) => frame),
    window: windows === 1 ? first.window : null,
    windows: windows === 1 ? ('one' as const) : windows > rows.length / 2 ? ('random' as const) : ('few' as const),
    mss: sizes.size === 1 ? mssOf(first.synOptions) : null,
    windowShift: windowShiftOf(first.synOptions),
    options: optionsText(first.options),
    ttlMin: least(ttls),
    ttlMax: -least(ttls.map((ttl) => -ttl)),
    dontFragment: first.dontFragment,
    ipId: ipIdPattern(rows),
    sourcePort: pattern(rows.map(({ port }) => port)),
    sequence: rows.length > 1 && rows.every((row) => row.sequence === first.sequence) ? 'constant' : 'random',
  } as const;
  return { ...shape, tool: toolOf(rows, shape) };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

function ipIdPattern(rows: readonly Row[]): Shape['ipId'] {
  const ids = rows.flatMap(({ ipId }) => ipId ?? []);
  if (ids.length < rows.length) return 'none';
  return ids.every((id) => id === 0) ? 'zero' : pattern(ids);
}

/** Most steps up, and small ones, are a counter, also when only every n-th of them is in the sample. */
function pattern(values: readonly number[]): 'constant' | 'counts-up' | 'random' {
  if (values.every((value) => value === values[0])) return 'constant';
  let up = 0;
  for (let i = 1; i < values.length; i++) if (((values[i]! - values[i - 1]!) & 0xffff) <= MAX_STEP) up++;
  return up >= 0.9 * (values.length - 1) ? 'counts-up' : 'random';
}

const MAX_STEP = 4096;
/** Every SYN of a tool has its mark; a few others in the cluster are let pass. */
const ALL = 0.9;

/** Published marks, see docs/synflood.md. */
function toolOf(rows: readonly Row[], shape: Omit<Shape, 'tool'>): Tool | null {
  const share = (test: (row: Row) => boolean): boolean => rows.filter(test).length >= ALL * rows.length;
  if (share((r) => r.ipId === ZMAP_IP_ID && r.window === 65_535)) return 'zmap';
  if (share((r) => r.ipId !== null && r.ipId === masscanId(r))) return 'masscan';
  if (share((r) => r.sequence === r.destination && (r.responderPort === 23 || r.responderPort === 2323))) {
    return 'mirai-scanner';
  }
  const mss = rows.map(({ synOptions }) => mssOf(synOptions) ?? 0);
  const isMirai = shape.options === '2,4,8,1,3' && shape.windowShift === 6;
  if (isMirai && mss.every((size) => size >= 1400 && size <= 1415)) return 'mirai-attack';
  const isBare = shape.options === '' && shape.window === HPING_WINDOW;
  return isBare && shape.ttlMax <= 64 && rows.length >= FEW && shape.sourcePort === 'counts-up' ? 'hping3' : null;
}

const ZMAP_IP_ID = 54_321;
const HPING_WINDOW = 512;
/** Fewer do not show a counter. */
const FEW = 5;

/** Low half of destination address, port and sequence number, one over the other. */
const masscanId = (row: Row): number => (row.destination ^ row.responderPort ^ row.sequence) & 0xffff;
