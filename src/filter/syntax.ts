/** What the parser makes of a filter: nothing here depends on a link type. */

/** Where a node stands in the text, for errors found after parsing. */
export interface Place {
  readonly at: number;
  readonly length: number;
  readonly found: string;
}

export type Direction = 'src' | 'dst' | 'or' | 'and';

export type Node =
  | { readonly kind: 'chain'; readonly terms: readonly Node[]; readonly operators: readonly ('and' | 'or')[] }
  | { readonly kind: 'not'; readonly term: Node }
  | { readonly kind: 'linkProtocol'; readonly protocol: number; readonly place: Place }
  | {
      readonly kind: 'ipProtocol';
      readonly over: 'ip' | 'ip6' | 'both';
      readonly protocol: number;
      readonly place: Place;
    }
  | HostNode
  | Host6Node
  | {
      readonly kind: 'mac';
      readonly direction: Direction;
      readonly high: number;
      readonly low: number;
      readonly place: Place;
    }
  | PortNode
  | {
      readonly kind: 'group';
      readonly level: 'link' | 'ip' | 'ip6';
      readonly cast: 'broadcast' | 'multicast';
      readonly place: Place;
    }
  | { readonly kind: 'length'; readonly atLeast: boolean; readonly bytes: number }
  | {
      readonly kind: 'shift';
      readonly by: 'vlan' | 'mpls' | 'pppoes';
      readonly id: number | undefined;
      readonly place: Place;
    }
  | {
      readonly kind: 'relation';
      readonly operator: Relation;
      readonly left: Arithmetic;
      readonly right: Arithmetic;
      readonly place: Place;
    };

export interface HostNode {
  readonly kind: 'host';
  readonly within: readonly ('ip' | 'arp' | 'rarp')[];
  readonly direction: Direction;
  readonly address: number;
  readonly mask: number;
  readonly place: Place;
}

export interface Host6Node {
  readonly kind: 'host6';
  readonly direction: Direction;
  readonly words: readonly number[];
  readonly masks: readonly number[];
  readonly place: Place;
}

export interface PortNode {
  readonly kind: 'port';
  /** undefined: TCP, UDP or SCTP. */
  readonly transport: number | undefined;
  readonly direction: Direction;
  readonly low: number;
  readonly high: number;
  readonly place: Place;
}

export type Relation = '>' | '<' | '>=' | '<=' | '=' | '!=';
export type Operator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

/** Arithmetic over 32 bits; constants are kept as signed words. */
export type Arithmetic =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'len' }
  | { readonly kind: 'negate'; readonly operand: Arithmetic }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Arithmetic; readonly right: Arithmetic }
  | {
      readonly kind: 'load';
      readonly protocol: string;
      readonly index: Arithmetic;
      readonly size: 1 | 2 | 4;
      readonly place: Place;
    };
