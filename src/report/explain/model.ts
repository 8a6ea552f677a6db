/** What `explain` knows of an id: texts in every language side by side, so that one cannot be forgotten. */
import type { InEach } from '../language.ts';

/** `en` and its Simplified Chinese. */
export const both = (en: string, chinese: string): InEach<string> => ({ en, 'zh-CN': chinese });

/** Something to do, and the command that does it. */
export interface Advice extends InEach<string> {
  readonly command?: string;
}

export const advice = (en: string, chinese: string, command?: string): Advice => ({
  ...both(en, chinese),
  ...(command === undefined ? {} : { command }),
});

/** The long text of a finding. Its title in English is the detector's; references are the detector's. */
export interface FindingExplanation {
  readonly title: InEach<string>;
  /** What it is. */
  readonly what: InEach<string>;
  /** How it comes about. */
  readonly causes: readonly InEach<string>[];
  /** A Wireshark display filter that selects (among others) the frames that such a finding cites. */
  readonly filter: string;
  /** Preferences of Wireshark that must be on for the filter to see anything. */
  readonly preferences?: readonly string[];
  /** What to look at there. */
  readonly confirm: InEach<string>;
  /** What speaks against it, or is easily taken for it. */
  readonly against: readonly InEach<string>[];
  readonly todo: readonly Advice[];
}

interface Reference {
  readonly spec: string;
  readonly section: string;
}

/** The text of a state, code, letter or column. */
export interface TermExplanation {
  /** A few words. */
  readonly title: InEach<string>;
  readonly what: InEach<string>;
  /** How it comes about, or what to do. */
  readonly more?: InEach<string>;
  readonly references?: readonly Reference[];
}

export const term = (
  title: InEach<string>,
  what: InEach<string>,
  more?: InEach<string>,
  references?: readonly Reference[],
): TermExplanation => ({
  title,
  what,
  ...(more === undefined ? {} : { more }),
  ...(references === undefined ? {} : { references }),
});
