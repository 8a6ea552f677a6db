/** Reports of a verdict: their structure, their limits, and what hostile text becomes in them. */
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { MAX_A_LEVEL, githubReport } from '../../src/check/formats/github.ts';
import { gitlabReport } from '../../src/check/formats/gitlab.ts';
import { junitReport } from '../../src/check/formats/junit.ts';
import { MAX_RESULTS, sarifReport, uriOf } from '../../src/check/formats/sarif.ts';
import { textReport } from '../../src/check/formats/text.ts';
import type { CheckDocument, RuleResult } from '../../src/check/result.ts';
import { rules, verdict } from './running.ts';

const SITE = 'fixtures/first-look/site.pcap';

const report = (make: (doc: CheckDocument) => Iterable<string>, doc: CheckDocument): string => [...make(doc)].join('');

/** What GitHub's reference of code scanning and the SARIF schema require of the parts that are written here. */
const sarifSchema = {
  type: 'object',
  required: ['version', 'runs', '$schema'],
  properties: {
    version: { const: '2.1.0' },
    $schema: { type: 'string' },
    runs: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name', 'semanticVersion', 'rules'],
                properties: {
                  name: { type: 'string' },
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id', 'shortDescription'],
                      properties: {
                        id: { type: 'string' },
                        shortDescription: { $ref: '#/definitions/message' },
                        fullDescription: { $ref: '#/definitions/message' },
                        help: { $ref: '#/definitions/message' },
                        defaultConfiguration: {
                          type: 'object',
                          properties: { level: { $ref: '#/definitions/level' } },
                        },
                      },
                      additionalProperties: false,
                    },
                  },
                },
                additionalProperties: false,
              },
            },
            additionalProperties: false,
          },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['executionSuccessful'],
              properties: { executionSuccessful: { type: 'boolean' } },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          properties: { type: 'object' },
          results: {
            type: 'array',
            maxItems: 5000,
            items: {
              type: 'object',
              required: ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { $ref: '#/definitions/level' },
                message: { $ref: '#/definitions/message' },
                locations: {
                  type: 'array',
                  minItems: 1,
                  maxItems: 10,
                  items: {
                    type: 'object',
                    required: ['physicalLocation'],
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation', 'region'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            required: ['uri'],
                            properties: { uri: { type: 'string', pattern: '^[^\\s<>"{}|\\\\^`]+$' } },
                            additionalProperties: false,
                          },
                          region: {
                            type: 'object',
                            required: ['startLine'],
                            properties: { startLine: { type: 'integer', minimum: 1 } },
                            additionalProperties: false,
                          },
                        },
                        additionalProperties: false,
                      },
                      logicalLocations: {
                        type: 'array',
                        items: {
                          type: 'object',
                          properties: { fullyQualifiedName: { type: 'string' }, kind: { type: 'string' } },
                          additionalProperties: false,
                        },
                      },
                    },
                    additionalProperties: false,
                  },
                },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
  definitions: {
    message: {
      type: 'object',
      required: ['text'],
      properties: { text: { type: 'string', minLength: 1 } },
      additionalProperties: false,
    },
    level: { enum: ['none', 'note', 'warning', 'error'] },
  },
};

/** The keys that GitLab documents. */
const gitlabSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 } },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  },
};

const ajv = new Ajv({ allErrors: true, strictTypes: false });
const isSarif = ajv.compile(sarifSchema);
const isGitlab = ajv.compile(gitlabSchema);

interface Sarif {
  runs: {
    results: { ruleId: string; ruleIndex: number; level: string; partialFingerprints: Record<string, string> }[];
    properties: { resultsLeftOut: number };
    invocations: { executionSuccessful: boolean }[];
    tool: { driver: { rules: { id: string }[] } };
  }[];
}

/** A small reader of XML: well-formed, or an error. Gives elements with their attributes, in order. */
function readXml(text: string): { name: string; attributes: Record<string, string>; text: string }[] {
  // What XML 1.0 section 2.2 does not allow.
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  const found: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: string[] = [];
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  expect(body.length).toBeLessThan(text.length);
  const token = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  let at = 0;
  for (let match = token.exec(body); match !== null; match = token.exec(body)) {
    at = token.lastIndex;
    const [, close, name, attributes, empty, data] = match;
    if (data !== undefined) {
      expect(data.replaceAll(/&(amp|lt|gt|quot|apos);/g, '')).not.toMatch(/[&>]/);
      if (found.length > 0) found.at(-1)!.text += plain(data);
    } else if (close === '/') expect(open.pop()).toBe(name);
    else {
      const pairs = [...attributes!.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, plain(value!)]);
      found.push({ name: name!, attributes: Object.fromEntries(pairs) as Record<string, string>, text: '' });
      if (empty !== '/') open.push(name!);
    }
  }
  expect(at).toBe(body.length);
  expect(open).toEqual([]);
  return found;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string => text.replaceAll(/&(\w+);/g, (_, name: string) => entities[name]!);

/** Ant's schema of JUnit XML, in what is written here: elements in their order, with every attribute that it requires. */
function expectAntForm(text: string): void {
  const [root, suite, properties, ...rest] = readXml(text);
  expect([root!.name, suite!.name, properties!.name]).toEqual(['testsuites', 'testsuite', 'properties']);
  expect(root!.attributes).toEqual({});
  expect(Object.keys(suite!.attributes).toSorted()).toEqual(
    ['errors', 'failures', 'hostname', 'id', 'name', 'package', 'skipped', 'tests', 'time', 'timestamp'].toSorted(),
  );
  expect(suite!.attributes['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(rest.splice(-2).map(({ name }) => name)).toEqual(['system-out', 'system-err']);
  for (const { name, attributes } of rest) {
    if (name === 'testcase') expect(Object.keys(attributes).toSorted()).toEqual(['classname', 'name', 'time']);
    else {
      expect(['failure', 'error']).toContain(name);
      expect(Object.keys(attributes).toSorted()).toEqual(['message', 'type']);
    }
  }
}

const nasty = 'a%0Ab::error::c\n::set-output name=x::1 ##[error] <b>&"\' \u001b[31m \u202e \ud800 ,:';

/** A document with `count` failed rules of each level, each with `rows` rows. */
async function failing(count: number, rows: number, text = 'text'): Promise<CheckDocument> {
  const { doc } = await verdict(rules('{over: totals, every: {complete: true}}'), [SITE]);
  const results = (['notice', 'warning', 'error'] as const).flatMap((level) =>
    Array.from({ length: count }, (_, i): RuleResult => ({
      rule: `${level} ${i} ${text}`,
      passed: false,
      expected: text,
      found: text,
      evidence: Array.from({ length: rows }, (_row, at) => ({
        connection: `tcp:${at}`,
        frame: at + 1,
        found: text,
        fingerprint: null,
      })),
      evidenceCount: rows + 7,
      selected: 200,
      level,
      message: text,
      line: i + 1,
    })),
  );
  return {
    ...doc,
    passed: false,
    policy: `./ci/${text}.yaml`,
    counts: { rules: results.length, passed: 0, failed: results.length },
    results,
  };
}

const allReports = { textReport, junitReport, sarifReport, githubReport, gitlabReport };

describe('each format', () => {
  test('of a verdict that failed', async () => {
    const doc = await failing(2, 3);
    const sarif = JSON.parse(report(sarifReport, doc)) as Sarif;
    expect(isSarif(sarif), JSON.stringify(isSarif.errors)).toBe(true);
    const [run] = sarif.runs;
    expect(run!.results.length).toBe(18);
    for (const { ruleId, ruleIndex } of run!.results) expect(run!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    const gitlab = JSON.parse(report(gitlabReport, doc)) as { fingerprint: string; location: { path: string } }[];
    expect(isGitlab(gitlab), JSON.stringify(isGitlab.errors)).toBe(true);
    expect(new Set(gitlab.map(({ fingerprint }) => fingerprint)).size).toBe(18);
    expect(gitlab[0]!.location.path).toBe('ci/text.yaml');
    expectAntForm(report(junitReport, doc));
    const xml = readXml(report(junitReport, doc));
    expect(xml.filter(({ name }) => name === 'testcase').length).toBe(7);
    expect(xml.filter(({ name }) => name === 'failure').length).toBe(6);
    expect(xml[1]!.attributes).toMatchObject({ tests: '7', failures: '6', errors: '0' });
  });

  test('of a verdict that passed', async () => {
    const { doc } = await verdict(rules('{over: totals, every: {complete: true}}'), [SITE]);
    expect(isSarif(JSON.parse(report(sarifReport, doc)))).toBe(true);
    expect(JSON.parse(report(gitlabReport, doc))).toEqual([]);
    expect(readXml(report(junitReport, doc)).filter(({ name }) => name === 'failure')).toEqual([]);
    expectAntForm(report(junitReport, doc));
    expect(report(githubReport, doc)).toBe('synoptic check: 0 of 1 rules failed\n');
    expect(report(textReport, doc)).toMatch(/^PASSED {2}1 rule /);
  });

  test('of a damaged capture says so', async () => {
    const { doc: sound } = await verdict(rules('{over: totals, every: {complete: true}}'), [SITE]);
    const damage = [{ file: 'a.pcap', byte: 7, frame: 3, what: 'record cut short', expected: 'x', found: 'y' }];
    const doc = { ...sound, complete: false, capture: { ...sound.capture, damage } };
    for (const make of Object.values(allReports)) expect(report(make, doc)).toContain('record cut short at byte 7');
    const sarif = JSON.parse(report(sarifReport, doc)) as Sarif;
    expect(isSarif(sarif)).toBe(true);
    expect(sarif.runs[0]!.invocations).toEqual([{ executionSuccessful: false }]);
    expect(readXml(report(junitReport, doc)).filter(({ name }) => name === 'error').length).toBe(1);
    expect(isGitlab(JSON.parse(report(gitlabReport, doc)))).toBe(true);
    expect(report(githubReport, doc)).toMatch(/^::error /);
  });
});

describe('limits', () => {
  test('SARIF has the 5,000 most severe results and counts the rest', async () => {
    const doc = await failing(30, 100);
    const [run] = (JSON.parse(report(sarifReport, doc)) as Sarif).runs;
    expect(run!.results.length).toBe(MAX_RESULTS);
    const levels = run!.results.map(({ level }) => level);
    expect(levels.slice(0, 3000).every((level) => level === 'error')).toBe(true);
    expect(levels.slice(3000).every((level) => level === 'warning')).toBe(true);
    expect(run!.properties.resultsLeftOut).toBe(4000 + 90 * 7);
  });

  test('GitHub gets ten annotations a level, then a summary', async () => {
    const lines = report(githubReport, await failing(12, 1))
      .trimEnd()
      .split('\n');
    for (const level of ['notice', 'warning', 'error']) {
      expect(lines.filter((line) => line.startsWith(`::${level} `)).length).toBe(MAX_A_LEVEL);
    }
    expect(lines.at(-1)).toMatch(/^synoptic check: 36 of 36 rules failed; 6 of them have no annotation/);
  });
});

describe('hostile text', () => {
  test('annotations survive newlines, % and ::', async () => {
    const lines = report(githubReport, await failing(1, 1, nasty))
      .trimEnd()
      .split('\n');
    expect(lines.length).toBe(4);
    for (const line of lines.slice(0, 3)) {
      // One command a line: nothing but ours begins one, and the older form occurs nowhere.
      const [, properties, data] = /^::(?:notice|warning|error) (file=[^:]*?,line=1,title=[^:,]*)::(.*)$/.exec(line)!;
      expect(properties).not.toContain('\n');
      expect(line).not.toContain('##[');
      // As the runner reads it back.
      const read = data!.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
      expect(read).toContain('a%0Ab::error::c');
      for (const text of read.split('\n')) expect(text.trimStart()).not.toMatch(/^::/);
    }
  });

  test('every format stays what it is', async () => {
    const doc = await failing(1, 1, nasty);
    const sarif = report(sarifReport, doc);
    expect(isSarif(JSON.parse(sarif)), JSON.stringify(isSarif.errors)).toBe(true);
    expect(isGitlab(JSON.parse(report(gitlabReport, doc)))).toBe(true);
    expect(readXml(report(junitReport, doc)).some(({ text }) => text.includes('<b>&"'))).toBe(true);
    for (const make of Object.values(allReports)) {
      const text = report(make, doc);
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\p{Cs}/u);
    }
  });

  test('paths become URIs', () => {
    expect(uriOf('./ci/a b%.yaml')).toBe('ci/a%20b%25.yaml');
    expect(uriOf('/tmp/ü.yaml')).toBe('file:///tmp/%C3%BC.yaml');
    expect(uriOf('a\ud800')).toBe('a%EF%BF%BD');
  });
});
