/**
 * Asks tshark which of the frames that findings cite are selected by the display filters: that of the explanation, and
 * that of the finding itself. Writes filter-truth.json, which the test reads. To run it: npm run build, then
 * `node test/report/explain/make-truth.mjs [ID...]`, all of them without ids. A filter that tshark does not accept ends it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingExplanations } from '../../../dist/report/explain/findings.js';

const here = import.meta.dirname;
const shared = join(here, '../../../../shared/captures');
const only = process.argv.slice(2);
const cases = JSON.parse(readFileSync(join(here, 'cases.json'), 'utf8'));

/** A path, or `messages PATH --frame SPEC` for findings that need streams in order. */
function wordsOf(capture) {
  const words = capture.split(' ');
  return (words.length === 1 ? ['findings', ...words] : words).map((word) => word.replace('shared:', `${shared}/`));
}

function selected(path, filter, preferences) {
  const options = preferences.flatMap((name) => ['-o', `${name}:TRUE`]);
  const args = ['-n', ...options, '-r', path, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
  const out = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e9 });
  return new Set(out.split('\n').filter(Boolean).map(Number));
}

const before = only.length === 0 ? [] : JSON.parse(readFileSync(join(here, 'filter-truth.json'), 'utf8'));
const truth = [];
for (const [id, captures] of Object.entries(cases)) {
  if (only.length > 0 && !only.includes(id)) {
    truth.push(...before.filter((each) => each.id === id));
    continue;
  }
  const { filter, preferences = [] } = findingExplanations.get(id);
  for (const capture of captures) {
    const [command, path, ...options] = wordsOf(capture);
    const run = [join(here, '../../../bin/synoptic.js'), command, path, ...options, '--json'];
    const doc = JSON.parse(execFileSync(process.execPath, run, { encoding: 'utf8', maxBuffer: 1e9 }));
    const found = doc.findings.filter((finding) => finding.id === id);
    const frames = selected(path, filter, preferences);
    truth.push({
      id,
      capture,
      filter,
      preferences,
      frames: doc.capture.frames,
      selected: frames.size,
      findings: found.map((finding) => {
        const own = selected(path, finding.displayFilter, []);
        return {
          fingerprint: finding.fingerprint,
          selected: finding.frames.filter((frame) => frames.has(frame)),
          own: finding.displayFilter,
          ownSelects: [...own].slice(0, 100),
        };
      }),
    });
  }
}
writeFileSync(join(here, 'filter-truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
