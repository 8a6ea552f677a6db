/** What happened in the recordings of fixtures/loss/: see docs/recording.md. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixtures } from './frames.ts';

export type LossSide = 'client' | 'server';

/** Frame numbers by capture. */
type Frames = Readonly<Record<string, readonly number[]>>;

/** What the line did to a frame. */
interface Did {
  readonly time: string;
  readonly action: 'dropped' | 'delayed' | 'overtaken' | 'duplicated' | 'answered';
  readonly why: string;
  readonly seconds?: number;
  readonly from: LossSide;
  readonly payload: number;
  readonly flags: number;
  readonly frames: Frames;
}

interface Application {
  readonly time: string;
  readonly endTime: string;
  readonly side: LossSide | 'line';
  readonly does: string;
}

interface Resend {
  readonly time: string;
  readonly side: LossSide;
  readonly cause: 'timeout' | 'tail-loss-probe' | 'recovery' | 'reordering-timeout' | 'path-mtu';
  readonly failed: boolean;
  readonly capture: string | null;
  readonly frame: number | null;
}

/** TCP_INFO; bytes and microseconds. */
interface SocketEnd {
  readonly side: LossSide;
  readonly port: number | null;
  readonly bytesSent?: number;
  readonly bytesResent?: number;
  readonly minRttMicroseconds?: number;
  readonly rtoMicroseconds?: number;
  readonly receiverLimitedMicroseconds?: number;
}

export interface LossTruth {
  readonly name: string;
  readonly captures: Readonly<Record<string, string>>;
  readonly serverPort: number;
  readonly did: readonly Did[];
  readonly application: readonly Application[];
  readonly resends: readonly Resend[];
  readonly sockets: readonly SocketEnd[];
}

export const lossFolder = join(fixtures, 'loss');

export const lossTruths: readonly LossTruth[] = readdirSync(lossFolder)
  .filter((name) => name.endsWith('.truth.json'))
  .toSorted()
  .map((name) => JSON.parse(readFileSync(join(lossFolder, name), 'utf8')) as LossTruth);
