/** Every id has its text in both languages, none is left over, and its display filter shows what the finding cites. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/detect/finding.ts';
import { allDetectors } from '../../../src/detect/all.ts';
import { findingExplanations } from '../../../src/report/explain/findings.ts';
import { topicsOf, words } from '../../../src/report/explain/lookup.ts';
import { explainDocument } from '../../../src/report/explain-document.ts';
import { languages } from '../../../src/report/language.ts';
import { schemaOf } from '../../../src/report/schema/registry.ts';
import { columnTitles } from '../../../src/report/text/conns-table.ts';
import { explainLines } from '../../../src/report/text/explain.ts';
import { makeStyle } from '../../../src/report/text/style.ts';
import { cells } from '../../../src/report/text/width.ts';
import { ROOT, run } from '../../support/command.ts';

interface Truth {
  id: string;
  capture: string;
  filter: string;
  preferences: string[];
  frames: number;
  selected: number;
  findings: { fingerprint: string; selected: number[]; own: string; ownSelects: number[] }[];
}

const truth = JSON.parse(readFileSync(join(import.meta.dirname, 'filter-truth.json'), 'utf8')) as Truth[];
const references = new Map(allDetectors.map((detector) => [detector.id, detector.references]));
const referencesOf = (id: string): (typeof allDetectors)[number]['references'] => references.get(id) ?? [];

test('every finding that can be emitted has a text, and no text is left over', () => {
  expect([...findingExplanations.keys()].toSorted()).toEqual(allDetectors.map(({ id }) => id).toSorted());
});

test.each(allDetectors.map((detector) => [detector.id, detector.title] as const))('%s has its title', (id, title) => {
  expect(findingExplanations.get(id)!.title.en).toBe(title);
});

test('every column of conns has a text, and no other', () => {
  const texts = [...words()].flatMap(([kind, id]) => (kind === 'column' ? [id] : []));
  expect(texts.toSorted()).toEqual(columnTitles.toSorted());
});

test('every letter of the history has a text, and no other', () => {
  const known = readFileSync('docs/zeek.md', 'utf8');
  const letters = new Set([...known.matchAll(/^\| (`.`(?: `.`)*) \|/gm)].flatMap(([, cell]) => cell!.match(/[^` ]/g)!));
  const texts = [...words()].flatMap(([kind, id]) => (kind === 'historyLetter' ? [id] : []));
  expect(texts.toSorted()).toEqual([...letters].toSorted());
});

const chinese = /\p{Script=Han}/u;

describe.each(languages)('%s', (language) => {
  const ajv = new Ajv2020({ strict: true });
  const validate = ajv.compile(schemaOf('explain')!);

  test.each([...words()])('%s %s', (kind, id) => {
    const topics = topicsOf(id, language, referencesOf);
    const topic = topics.find((each) => each.kind === kind && each.id === id)!;
    expect(validate(explainDocument(language, topics))).toBe(true);
    const { causes, confirm, against, todo } = topic;
    const texts = [topic.title, topic.what, ...causes, confirm, ...against, ...todo.map(({ text }) => text)];
    for (const text of texts.filter((each) => each !== '')) {
      if (language === 'en') expect(text).not.toMatch(chinese);
      else if (!/^(SYN-ACK|SYN|FIN|RST)$/.test(text)) expect(text).toMatch(chinese);
      expect(text).toBe(text.trim());
    }
    if (kind === 'finding') {
      for (const list of [causes, against, todo, topic.references]) expect(list.length).toBeGreaterThan(0);
      expect(todo.some(({ command }) => command !== null)).toBe(true);
    }
    const style = makeStyle(false);
    for (const line of explainLines(topics, { width: 80, style, language })) {
      // Commands and filters are to be copied: they are never broken.
      if (!line.startsWith('      ')) expect(cells(line)).toBeLessThanOrEqual(80);
    }
  });
});

const found = (word: string): string[] => topicsOf(word, 'en', referencesOf).map(({ kind, id }) => `${kind} ${id}`);

test('words are found as people write them', () => {
  expect(found('SYN_RECV')).toEqual(['state SYN-RECEIVED']);
  expect(found('time-wait')).toEqual(['state TIME-WAIT']);
  expect(found('established')).toEqual(['state ESTABLISHED', 'handshakeOutcome established']);
  expect(found('s0')).toEqual(['connState S0']);
  expect(found('d')).toEqual(['historyLetter D']);
  expect(found('reset')).toEqual(['closeShape reset']);
  expect(found('delayed_ack')).toEqual(['stallCause delayed-ack']);
  expect(found('receiver-window')).toEqual(['limitedBy receiver-window']);
  for (const word of ['', 'constructor', '__proto__', 'tcp', '%']) expect(found(word)).toEqual([]);
});

/** A path, or `messages PATH --frame SPEC` for findings that need streams in order. */
function wordsOf(capture: string): string[] {
  const given = capture.split(' ');
  return (given.length === 1 ? ['findings', ...given] : given).map((word) =>
    word.startsWith('shared:') ? join('../shared/captures', word.slice(7)) : word,
  );
}

describe('display filters', () => {
  test('each kind of finding has a case', () => {
    expect([...new Set(truth.map(({ id }) => id))].toSorted()).toEqual([...findingExplanations.keys()].toSorted());
  });

  describe.each(truth)('$id in $capture', ({ id, capture, filter, preferences, findings, frames, selected }) => {
    const commandWords = wordsOf(capture);

    test('tshark was asked about the filter that is printed', () => {
      const text = findingExplanations.get(id)!;
      expect(filter).toBe(text.filter);
      expect(preferences).toEqual(text.preferences ?? []);
      expect(selected).toBeLessThanOrEqual(frames);
    });

    test.skipIf(!existsSync(commandWords[1]!))('it selects what the findings cite', async () => {
      const { out } = await run(`synoptic ${commandWords.join(' ')} --json`, { cwd: ROOT });
      const told = (JSON.parse(out) as { findings: Finding[] }).findings.filter((finding) => finding.id === id);
      expect(told.length).toBeGreaterThan(0);
      expect(told.map(({ fingerprint }) => fingerprint)).toEqual(findings.map(({ fingerprint }) => fingerprint));
      for (const [i, finding] of told.entries()) {
        expect(findings[i]!.selected).toEqual(finding.frames);
        expect(findings[i]!.own).toBe(finding.displayFilter);
        if (finding.frames.length > 0)
          expect(findings[i]!.ownSelects).toEqual(finding.frames.toSorted((a, b) => a - b));
      }
    });
  });
});
