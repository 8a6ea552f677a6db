/**
 * Filters in the language of pcap-filter(7), as libpcap 1.10 means it, without libpcap.
 * Text -> nodes (once) -> closures (once per link type that occurs) -> yes or no (per frame, nothing allocated).
 */
import type { Frame } from '../wire/frame.ts';
import { emitNode } from './emit.ts';
import { FilterError } from './error.ts';
import { layersOf, locatorOf } from './link.ts';
import { Packet, type Test } from './packet.ts';
import { parseFilter } from './parse.ts';
import type { Node } from './syntax.ts';

export { FilterError, renderFilterError } from './error.ts';

export interface Filter {
  readonly text: string;
  matches(frame: Frame): boolean;
}

const ETHERNET = 1;

/** Throws `FilterError` for text that is not a filter, or one that asks for what is not supported. */
export function compileFilter(text: string): Filter {
  const node = parseFilter(text);
  if (node === undefined) return { text, matches: () => true };
  return new CompiledFilter(text, node);
}

interface Program {
  readonly locate: ((p: Packet) => void) | undefined;
  readonly test: Test;
}

/** A file has one link type, or few: the last one used is looked at first. */
class CompiledFilter implements Filter {
  readonly text: string;
  private readonly node: Node;
  private readonly packet = new Packet();
  private readonly programs = new Map<number, Program>();
  private linkType = ETHERNET;
  private program: Program;

  constructor(text: string, node: Node) {
    this.text = text;
    this.node = node;
    this.program = this.programOf(ETHERNET);
  }

  matches(frame: Frame): boolean {
    if (frame.linkType !== this.linkType) {
      this.program = this.programOf(frame.linkType);
      this.linkType = frame.linkType;
    }
    const { packet } = this;
    const { locate, test } = this.program;
    packet.aim(frame);
    if (locate !== undefined) locate(packet);
    return test(packet) && !packet.cut;
  }

  /** Ethernet is compiled at once, and strictly: what makes no sense there is the user's mistake. */
  private programOf(linkType: number): Program {
    const known = this.programs.get(linkType);
    if (known !== undefined) return known;
    const layers = layersOf(linkType);
    const refuse =
      linkType === ETHERNET ? (problem: string, node: Node): never => this.refuse(problem, node) : undefined;
    const test = emitNode(this.node, layers, refuse);
    const program = { test, locate: locatorOf(linkType, layers) };
    this.programs.set(linkType, program);
    return program;
  }

  private refuse(problem: string, node: Node): never {
    const { at, length, found } = 'place' in node ? node.place : { at: 0, length: this.text.length, found: this.text };
    throw new FilterError({ text: this.text, position: at, length, found, expected: [], problem });
  }
}
