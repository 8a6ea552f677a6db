/**
 * The whole pipeline: captures -> frames -> connections and facts -> findings -> documents.
 * With `analysis.ts`, the only file that knows all rooms.
 */
import { Analysis } from './analysis.ts';
import { type Ports, identifyDatagram, identifyStream } from './app/identify.ts';
import { BATCH_FRAMES, Batch } from './capture/batch.ts';
import { type OpenCaptureOptions, openCapture } from './capture/open.ts';
import { noSource } from './capture/no-source.ts';
import type { FrameSource } from './capture/source.ts';
import type { Facts } from './detect/facts.ts';
import { Connections } from './flow/connections.ts';
import { Lane } from './flow/lane.ts';
import { SynLane } from './flow/syn-lane.ts';
import type { Observer } from './flow/observer.ts';
import { Totals } from './flow/totals.ts';
import { Tracker } from './flow/tracker.ts';
import type { Filter } from './filter/compile.ts';
import { type Moment, Window } from './window.ts';
import { Decoder } from './wire/decode.ts';
import { Frame, boundFrame } from './wire/frame.ts';
import { UDP } from './wire/ip.ts';

export interface AnalyzeOptions extends OpenCaptureOptions {
  /** Frames that it does not match are read and numbered, and otherwise left out. */
  readonly filter?: Filter;
  /** Stop after this many frames took part. */
  readonly count?: number;
  /** Frames before or after these moments are left out. */
  readonly from?: Moment;
  readonly to?: Moment;
  /** Sees the frames of every batch with their connections. */
  readonly observer?: Observer;
  /** Gets the frames that take part as they are, with their connections; at the price of the lanes. */
  readonly tee?: Tee;
  /** Called before the first frame: what is learnt of the input while it is read, such as secrets in it, grows there. */
  readonly onOpen?: (source: FrameSource) => void;
  /** For tests: false sends every frame the general way. The result is the same. */
  readonly shortcuts?: boolean;
  /** Ends the reading early; what was read so far is reported, with `complete: false`. */
  readonly signal?: AbortSignal;
  /** Called after every block, several times a second. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Where frames go as well. */
export interface Tee {
  begin(source: FrameSource, tracker: Tracker): void;
  /** The first `count` rows, of connections `tracker.connection[i]`; `counted[i]` is 0 for those that take no part. */
  take(batch: Batch, count: number, counted: Uint8Array): void;
}

export interface Progress {
  readonly frames: number;
  readonly connections: number;
  /** 0 to 1, or null where the size of the input is unknown. */
  readonly fraction: number | null;
  /** What is known so far; documents must be made of it before the run goes on. */
  readonly snapshot: () => Analysis;
}

/** Reads captures (`-` is standard input) and rebuilds what is in them. Throws CaptureError for an unusable input. */
export async function analyze(paths: readonly string[], options: AnalyzeOptions = {}): Promise<Analysis> {
  const signal = options.signal ?? new AbortController().signal;
  const opening = openCapture(paths, options);
  const source = await orAborted(opening, signal);
  if (source === null) {
    // Nothing is known of the input yet, and it may never say anything.
    void opening.then((late) => late.close()).catch(() => {});
    return new Analysis(new Pipeline(noSource, options).facts(true));
  }
  options.onOpen?.(source);
  const pipeline = new Pipeline(source, options);
  try {
    const interrupted = !(await pipeline.run(signal));
    return new Analysis(pipeline.end(interrupted));
  } finally {
    source.close();
  }
}

/** What `work` gives, or null as soon as the signal is aborted. Leaves no listener behind. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(null);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).finally(settle);
  });
}

class Pipeline {
  readonly #source: FrameSource;
  readonly #options: AnalyzeOptions;
  readonly #decoder = new Decoder();
  readonly #tracker: Tracker;
  readonly #totals = new Totals();
  readonly #window: Window;
  readonly #batch = new Batch();
  readonly #frames = Array.from({ length: BATCH_FRAMES }, () => new Frame());
  /** 1 for the frames of the batch that take part. */
  readonly #counted = new Uint8Array(BATCH_FRAMES);
  /** Frames that may still take part. */
  #left: number;
  /** Frames are looked at one by one: some may not take part. */
  readonly #selects: boolean;
  readonly #lane: Lane;
  readonly #synLane: SynLane;
  readonly #usesLanes: boolean;
  /** Batches that stay off the lanes, because lanes took few rows of the last one, or short runs: looking for runs then costs more. */
  #pause = 0;
  #paused = 0;
  #faceIndex = -1;
  #linkType = 0;
  #fcsLength = 0;

  constructor(source: FrameSource, options: AnalyzeOptions) {
    this.#source = source;
    this.#options = options;
    this.#window = new Window(options.from, options.to);
    this.#left = options.count ?? Infinity;
    const { filter, from, to, observer, tee } = options;
    this.#selects = [filter, options.count, from, to].some((option) => option !== undefined);
    this.#counted.fill(1);
    const ports: Ports = { source: 0, destination: 0 };
    this.#tracker = new Tracker((f) => {
      ports.source = f.view.getUint16(f.transport);
      ports.destination = f.view.getUint16(f.transport + 2);
      const end = Math.min(f.end, f.payload + f.payloadLength);
      const identify = f.protocol === UDP ? identifyDatagram : identifyStream;
      return identify(f.bytes, f.payload, end, ports);
    }, options.shortcuts);
    observer?.begin?.(this.#tracker);
    tee?.begin(source, this.#tracker);
    const seesAll = tee !== undefined || (observer !== undefined && observer.selective !== true);
    this.#usesLanes = !this.#selects && !seesAll && options.shortcuts !== false;
    const { paths, tcpPath } = this.#decoder;
    this.#lane = new Lane(this.#tracker.table, this.#totals, paths, tcpPath);
    this.#synLane = new SynLane(this.#tracker, this.#totals, paths, tcpPath);
  }

  /** True when the input was read to its end. */
  async run(signal: AbortSignal): Promise<boolean> {
    const { onProgress } = this.#options;
    // A live source may wait for frames for ever: an interruption does not.
    while ((await orAborted(this.#source.load(), signal)) === true) {
      while (this.#left > 0 && this.#nextBatch()) this.#take(this.#batch);
      if (this.#left <= 0) return true;
      if (signal.aborted) return false;
      onProgress?.({
        frames: this.#totals.framesRead,
        connections: this.#tracker.table.records.count,
        fraction: this.#source.progress(),
        snapshot: () => new Analysis(this.facts(true)),
      });
    }
    return !signal.aborted;
  }

  /** No more rows than may still take part, so that the files count the frames that were read and no others. */
  #nextBatch(): boolean {
    this.#batch.limit = Math.min(BATCH_FRAMES, this.#left);
    return this.#source.next(this.#batch);
  }

  #take(batch: Batch): void {
    if (this.#usesLanes && this.#paused++ >= this.#pause) return this.#takeAll(batch);
    this.#load(batch, 0, batch.count);
    const count = this.#selects ? this.#select(batch.count) : batch.count;
    this.#totals.read(batch, 0, count);
    this.#takeFrames(count);
    this.#options.tee?.take(batch, count, this.#counted);
  }

  /** Runs of routine segments, and of first SYNs, go through lanes; the rows between them, in order, the general way. */
  #takeAll(batch: Batch): void {
    const count = batch.count;
    // The first row that is not taken yet, and the first that may be in the SYN lane.
    let waiting = 0;
    let syns = 0;
    let taken = 0;
    let runs = 0;
    let i = 0;
    while (i < count) {
      this.#setFace(batch.interfaceIndex[i]!);
      let rows = 0;
      if (this.#hasLanes && this.#lane.finds(batch, i)) {
        // What comes before may change the connection.
        const changed = waiting < i;
        this.#takeRows(batch, waiting, i);
        this.#setFace(batch.interfaceIndex[i]!);
        if (!changed || this.#lane.finds(batch, i)) rows = this.#lane.count(batch, i, this.#faceIndex);
        waiting = i + rows;
      } else if (this.#hasLanes && i >= syns) {
        const length = this.#synLane.length(batch, i, this.#faceIndex);
        if (length > 0) {
          this.#takeRows(batch, waiting, i);
          rows = this.#synLane.take(batch, i, length);
          waiting = i + rows;
          if (rows < length) syns = count;
        }
      }
      taken += rows;
      if (rows > 0) runs++;
      i += Math.max(1, rows);
    }
    this.#takeRows(batch, waiting, count);
    const isWorthIt = 8 * taken >= 7 * count || (2 * taken >= count && taken >= MIN_RUN * runs);
    this.#pause = isWorthIt ? 0 : Math.min(MAX_PAUSE, 2 * this.#pause + 1);
    this.#paused = 0;
  }

  /** The lanes know Ethernet without frame check sequences. */
  get #hasLanes(): boolean {
    return this.#linkType === ETHERNET && this.#fcsLength === 0;
  }

  #takeRows(batch: Batch, from: number, to: number): void {
    if (from >= to) return;
    this.#load(batch, from, to);
    this.#totals.read(batch, from, to);
    this.#takeFrames(to - from);
  }

  /** The first `count` frames. */
  #takeFrames(count: number): void {
    const frames = this.#frames;
    for (let i = 0; i < count; i++) this.#decoder.decode(frames[i]!);
    this.#totals.judge(frames, count, this.#counted, this.#decoder.paths);
    this.#tracker.track(frames, count, this.#counted);
    this.#options.observer?.see(this.#tracker, frames, count, this.#counted);
  }

  /** Marks the frames that take part. Returns how many rows there are up to the last wanted one. */
  #select(rows: number): number {
    let count = 0;
    while (count < rows && this.#left > 0) {
      this.#counted[count] = this.#takesPart(this.#frames[count]!) ? 1 : 0;
      count++;
    }
    return count;
  }

  /** Points the frames at the rows `from` to `to` of the batch. */
  #load(batch: Batch, from: number, to: number): void {
    const { bytes, view, start, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex } = batch;
    for (let i = from; i < to; i++) {
      const f = this.#frames[i - from]!;
      this.#setFace(interfaceIndex[i]!);
      f.number = (batch.firstNumber + i) | 0;
      f.seconds = seconds[i]!;
      f.nanoseconds = nanoseconds[i]!;
      // References cost a write barrier, and change only with the block.
      if (f.view !== view) {
        f.bytes = bytes;
        f.view = view;
      }
      f.linkType = this.#linkType;
      f.start = start[i]!;
      f.originalLength = originalLength[i]!;
      boundFrame(f, capturedLength[i]!, this.#fcsLength);
    }
  }

  #setFace(index: number): void {
    if (index !== this.#faceIndex) this.#changeFace(index);
  }

  #changeFace(index: number): void {
    const face = this.#source.interfaces[index]!;
    this.#faceIndex = index;
    this.#linkType = face.linkType;
    this.#fcsLength = face.fcsLength;
  }

  /** Decides by time and filter; needs the frame's bytes, not its layers. */
  #takesPart(f: Frame): boolean {
    const { filter } = this.#options;
    if (!this.#window.holds(f)) this.#totals.skip('time');
    else if (filter !== undefined && !filter.matches(f)) this.#totals.skip('filter');
    else {
      this.#left--;
      return true;
    }
    return false;
  }

  /** What was found when the last frame was read. */
  end(interrupted: boolean): Facts {
    this.#tracker.table.end();
    return this.facts(interrupted);
  }

  facts(interrupted: boolean): Facts {
    return {
      source: this.#source,
      totals: this.#totals,
      paths: this.#decoder.paths,
      fragments: this.#decoder.fragments,
      tracker: this.#tracker,
      connections: new Connections(this.#tracker, {
        seconds: this.#totals.lastSeconds,
        nanoseconds: this.#totals.lastNanoseconds,
      }),
      limits: new Set(),
      interrupted,
      streams: [],
    };
  }
}

const ETHERNET = 1;
/** Rows that runs must have on average for the lanes to be worth it, where other rows stand between them. */
const MIN_RUN = 3;
/** Batches after which the lanes are tried again, at the latest. */
const MAX_PAUSE = 31;
