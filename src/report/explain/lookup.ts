/** The word that a person typed -> everything that it may mean, as one document. */
import { netstatNames } from '../../flow/life/states.ts';
import type { InEach, Language } from '../language.ts';
import { findingExplanations } from './findings.ts';
import type { Advice, FindingExplanation, TermExplanation } from './model.ts';
import { columnTerms } from './terms/columns.ts';
import { connStateTerms } from './terms/conn-states.ts';
import { historyTerms } from './terms/history-letters.ts';
import { outcomeTerms } from './terms/outcomes.ts';
import { resetCauseTerms, shapeTerms } from './terms/shapes.ts';
import { stateTerms } from './terms/states.ts';
import { limitTerms, stallCauseTerms } from './terms/waits.ts';

/** Kinds of words. To add one: its terms in `terms/`, its line here, its name in `text/explain.ts`. */
const kinds = {
  state: stateTerms,
  connState: connStateTerms,
  historyLetter: historyTerms,
  handshakeOutcome: outcomeTerms,
  closeShape: shapeTerms,
  resetCause: resetCauseTerms,
  limitedBy: limitTerms,
  stallCause: stallCauseTerms,
  column: columnTerms,
} as const satisfies Record<string, Readonly<Record<string, TermExplanation>>>;

export const topicKinds = ['finding', ...(Object.keys(kinds) as (keyof typeof kinds)[])] as const;
export type TopicKind = (typeof topicKinds)[number];

interface Reference {
  spec: string;
  section: string;
}

/** One meaning of the word, in one language. */
export interface Topic {
  kind: TopicKind;
  id: string;
  title: string;
  what: string;
  causes: string[];
  /** Empty where Wireshark has no such notion. */
  displayFilter: string;
  /** Preferences of Wireshark that the filter needs. */
  preferences: string[];
  confirm: string;
  against: string[];
  todo: { text: string; command: string | null }[];
  references: Reference[];
}

/** References of findings by id: the registry of detectors has them. */
export type ReferencesOf = (id: string) => readonly Reference[];

/** All words, by kind, in the order of the tables. */
export function* words(): Generator<readonly [kind: TopicKind, id: string]> {
  for (const id of findingExplanations.keys()) yield ['finding', id];
  for (const [kind, terms] of Object.entries(kinds)) for (const id of Object.keys(terms)) yield [kind as TopicKind, id];
}

/** `syn_recv` is SYN-RECEIVED, `established` the state and the outcome; one letter is taken as it is written. */
export function topicsOf(word: string, language: Language, referencesOf: ReferencesOf): Topic[] {
  const wanted = normal(word);
  const topics: Topic[] = [];
  for (const [kind, id] of words()) {
    if (kind === 'historyLetter' ? word.toUpperCase() !== id : !namesOf(kind, id).includes(wanted)) continue;
    if (kind === 'finding') topics.push(findingTopic(id, findingExplanations.get(id)!, language, referencesOf(id)));
    else topics.push(termTopic(kind, id, (kinds[kind] as Readonly<Record<string, TermExplanation>>)[id]!, language));
  }
  return topics;
}

const normal = (word: string): string => word.toLowerCase().replaceAll('_', '-');

function namesOf(kind: TopicKind, id: string): string[] {
  const alias = kind === 'state' ? netstatNames[id as keyof typeof netstatNames] : null;
  return alias === null ? [normal(id)] : [normal(id), normal(alias)];
}

function findingTopic(
  id: string,
  text: FindingExplanation,
  language: Language,
  references: readonly Reference[],
): Topic {
  const say = (each: InEach<string>): string => each[language];
  return {
    kind: 'finding',
    id,
    title: say(text.title),
    what: say(text.what),
    causes: text.causes.map(say),
    displayFilter: text.filter,
    preferences: [...(text.preferences ?? [])],
    confirm: say(text.confirm),
    against: text.against.map(say),
    todo: text.todo.map((each: Advice) => ({ text: say(each), command: each.command ?? null })),
    references: [...references],
  };
}

function termTopic(kind: TopicKind, id: string, text: TermExplanation, language: Language): Topic {
  return {
    kind,
    id,
    title: text.title[language],
    what: text.what[language],
    causes: text.more === undefined ? [] : [text.more[language]],
    displayFilter: '',
    preferences: [],
    confirm: '',
    against: [],
    todo: [],
    references: [...(text.references ?? [])],
  };
}
