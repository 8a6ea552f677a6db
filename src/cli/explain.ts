/** `explain ID`: what a finding, a state, a letter or a column means, and what to do about it. */
import { allDetectors } from '../detect/all.ts';
import { topicsOf, words } from '../report/explain/lookup.ts';
import { explainDocument } from '../report/explain-document.ts';
import { jsonPieces } from '../report/json.ts';
import { nearest } from '../report/nearest.ts';
import { forTerminal } from '../report/sanitize.ts';
import { DEFAULT_WIDTH, writeAll } from './commands.ts';
import { Exit, UsageError } from './exit-codes.ts';
import { readLanguage, wantsColour } from './options.ts';
import type { Output } from './output.ts';

/** What commander hands over. */
export interface RawExplainOptions {
  lang?: string;
  json?: true;
  color: string;
}

/** Writes the meanings of `word`; without a word, a list of all. Throws UsageError for a word that has none. */
export async function runExplain(word: string | undefined, raw: RawExplainOptions, output: Output): Promise<number> {
  const language = readLanguage(raw.lang);
  if (word === undefined) {
    await output.write(listText());
    return Exit.ok;
  }
  const references = new Map(allDetectors.map((detector) => [detector.id, detector.references]));
  const topics = topicsOf(word, language, (id) => references.get(id) ?? []);
  if (topics.length === 0) throw unknownWord(word);
  if (raw.json === true) {
    await writeAll(output, jsonPieces(explainDocument(language, topics)));
    return Exit.ok;
  }
  const [{ explainLines }, { makeStyle }] = await Promise.all([
    import('../report/text/explain.ts'),
    import('../report/text/style.ts'),
  ]);
  const width = Math.min(DEFAULT_WIDTH, process.stdout.isTTY === true ? process.stdout.columns : DEFAULT_WIDTH);
  const style = makeStyle(wantsColour(raw));
  await output.write(`${explainLines(topics, { width, style, language }).join('\n')}\n`);
  return Exit.ok;
}

const byKind = (): Map<string, string[]> => {
  const kinds = new Map<string, string[]>();
  for (const [kind, id] of words()) kinds.set(kind, [...(kinds.get(kind) ?? []), id]);
  return kinds;
};

const listText = (): string => [...byKind()].map(([kind, ids]) => `${kind}\n  ${ids.join('\n  ')}\n`).join('\n');

function unknownWord(word: string): UsageError {
  const meant = nearest(
    word,
    [...words()].map(([, id]) => id),
  );
  const expected = meant.length > 0 ? `did you mean ${meant.join(', ')}?` : 'synoptic explain lists all that there is';
  return new UsageError(`explain: nothing is called ${forTerminal(word)}\n  ${expected}`);
}
