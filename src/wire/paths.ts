/** Protocol paths such as eth/ipv4/tcp, kept as a tree so that a frame's path is one small integer. */
import { layerNames } from './layers.ts';
import { MAX_PATHS } from './limits.ts';

/** More than there are layers. */
const LAYER_IDS = 128;
/** The path of a frame of which nothing was decoded. */
export const ROOT_PATH = 0;
/** Where paths beyond `MAX_PATHS` are counted. */
const OTHER_PATH = 1;

export class Paths {
  /** Frames and wire bytes that ended at each path. */
  readonly frames = new Float64Array(MAX_PATHS);
  readonly bytes = new Float64Array(MAX_PATHS);
  readonly #children = new Int16Array(MAX_PATHS * LAYER_IDS);
  readonly #names: string[] = ['', 'other'];

  get count(): number {
    return this.#names.length;
  }

  /** The path one layer below `path`. Total: beyond the limit everything is `OTHER_PATH`. */
  child(path: number, layer: number): number {
    const known = this.#children[path * LAYER_IDS + layer]!;
    return known !== 0 ? known : this.#add(path, layer);
  }

  /** Counts frames that ended at `path`, and their bytes. */
  add(path: number, frames: number, bytes: number): void {
    this.frames[path]! += frames;
    this.bytes[path]! += bytes;
  }

  #add(path: number, layer: number): number {
    if (path === OTHER_PATH || this.#names.length >= MAX_PATHS) return OTHER_PATH;
    const prefix = this.#names[path]!;
    const id = this.#names.length;
    this.#names.push(prefix === '' ? layerNames[layer]! : `${prefix}/${layerNames[layer]!}`);
    this.#children[path * LAYER_IDS + layer] = id;
    return id;
  }

  name(path: number): string {
    return this.#names[path] ?? '';
  }
}
