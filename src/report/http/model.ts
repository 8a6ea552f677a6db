/** The document of `http`. */
import type { Caching as AppCaching } from '../../app/http/cache.ts';
import type { Explanation } from '../../app/http/semantics.ts';
import type { Finding } from '../../detect/finding.ts';
import type { Lack, Protocol } from '../../app/http/message.ts';
import type { Timing } from '../../app/http/timing.ts';
import type { Anomaly } from '../../app/http1/anomalies.ts';
import type { Field } from '../../app/http1/head.ts';
import type { SideName } from '../ladder/model.ts';
import type { Heading } from '../model.ts';

export interface TransactionRow {
  readonly connection: string;
  readonly index: number;
  readonly protocol: Protocol;
  /** HTTP/2 stream. */
  readonly stream: number | null;
  /** Inside TLS; frames are those of its records. */
  readonly secure: boolean;
  /** Frames that completed the messages, and frames that began them. */
  readonly frames: {
    readonly request: number | null;
    readonly response: number | null;
    readonly requestStart: number | null;
    readonly responseStart: number | null;
  };
  readonly startTime: string | null;
  readonly method: string | null;
  readonly host: string | null;
  /** As it was asked for: of an absolute target without scheme and host. */
  readonly path: string | null;
  readonly version: string | null;
  readonly status: number | null;
  readonly reason: string | null;
  readonly contentType: string | null;
  readonly requestHeaders: readonly Field[];
  readonly responseHeaders: readonly Field[];
  /** Bytes of the messages as they were sent, and of their content without chunk lines. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestBodyBytes: number;
  readonly responseBodyBytes: number;
  readonly timing: Timing;
  /** HTTP/2: the error with which the stream was reset. */
  readonly resetCode: string | null;
  readonly totalSeconds: number | null;
  readonly reuse: number | null;
  readonly pipelineDepth: number | null;
  readonly interim: readonly { readonly status: number; readonly frame: number }[];
  /** Why a message is not whole. */
  readonly incomplete: { readonly request: Lack | null; readonly response: Lack | null };
  readonly anomalies: readonly Anomaly[];
  /** Null where no cache would answer the method, or where there is no response. */
  readonly caching: Caching | null;
  readonly explanations: readonly Explanation[];
}

export interface HttpSummary {
  readonly transactions: number;
  /** Of these, those that the options chose. */
  readonly shown: number;
  readonly connections: number;
  readonly requests: number;
  readonly responses: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Of those without a response, how many where the capture lacks bytes of it. */
  readonly unseen: number;
  /** The same two of those that are shown. */
  readonly shownByStatus: Readonly<Record<string, number>>;
  readonly shownUnseen: number;
  readonly byMethod: Readonly<Record<string, number>>;
}

/** A RFC 9111 lifetime and what goes with it; `expirationTime` is an ISO time. */
export interface Caching extends Omit<AppCaching, 'expirationTime'> {
  readonly expirationTime: string | null;
}

/** One host, and all connections and requests to it. */
export interface HostRow {
  readonly host: string;
  readonly connections: number;
  readonly requests: number;
  readonly requestsPerConnection: number;
  /** Connections that the server closed, and the shortest and longest time from its last response to its FIN. */
  readonly closedByServer: number;
  readonly idleBeforeCloseSeconds: { readonly least: number; readonly most: number } | null;
  /** Requests that waited for the response to an earlier one, and for how long in all. */
  readonly queued: { readonly requests: number; readonly seconds: number };
  /** Requests that asked whether something changed, and those answered with 304. */
  readonly conditional: { readonly requests: number; readonly notModified: number };
  /** Of its pages (text/html): how many have each field that protects browsers. */
  readonly security: {
    readonly pages: number;
    readonly present: Readonly<Record<string, number>>;
    readonly missing: readonly string[];
  };
  /** Cookies that clients sent: how many values each had. Values are not told. */
  readonly cookies: readonly { readonly name: string; readonly values: number; readonly requests: number }[];
}

/** HTTP/2: an end that takes no further streams. */
export interface GoAwayRow {
  readonly connection: string;
  readonly side: SideName;
  readonly frame: number;
  readonly error: string;
}

export interface HttpDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly summary: HttpSummary;
  readonly hosts: readonly HostRow[];
  readonly goAways: readonly GoAwayRow[];
  readonly findings: readonly Finding[];
}
