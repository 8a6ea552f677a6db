/** What this room uses of the pcap-parser package, which has no types of its own. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  /** What the package asks of its input. */
  interface Input extends EventEmitter {
    pause(): unknown;
    resume(): unknown;
  }

  interface GlobalHeader {
    linkLayerType: number;
    snapshotLength: number;
  }

  interface Packet {
    header: {
      timestampSeconds: number;
      timestampMicroseconds: number;
      capturedLength: number;
      originalLength: number;
    };
    data: Buffer;
  }

  interface Parser {
    on(event: 'globalHeader', listener: (header: GlobalHeader) => void): this;
    on(event: 'packet', listener: (packet: Packet) => void): this;
  }

  export function parse(input: Input | string): Parser;
}
