/** What is wrong with a policy: where, what, and what was expected there. */

/** 1-based, as editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class PolicyError extends Error {
  readonly place: Place;
  readonly expected: string;

  constructor(place: Place, what: string, expected: string) {
    super(what);
    this.place = place;
    this.expected = expected;
  }
}
