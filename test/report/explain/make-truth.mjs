/**
 * Asks tshark which of the frames that findings cite are selected by the display filters: that of the explanation, and
 * that of the finding itself. Writes filter-truth.json, which the test reads. To run it: npm run build, then
 * `node test/report/explain/make-truth.mjs [SHARED_CAPTURES]`. A filter that tshark does not accept ends it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../../dist/analyze.js';
import { detectAll } from '../../../dist/detect/index.js';
import { findingExplanations } from '../../../dist/report/explain/findings.js';

const here = import.meta.dirname;
const shared = process.argv[2] ?? join(here, '../../../../shared/captures');
const cases = JSON.parse(readFileSync(join(here, 'cases.json'), 'utf8'));

function selected(path, filter, preferences) {
  const options = preferences.flatMap((name) => ['-o', `${name}:TRUE`]);
  const args = ['-n', ...options, '-r', path, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
  const out = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e9 });
  return new Set(out.split('\n').filter(Boolean).map(Number));
}

const truth = [];
for (const [id, captures] of Object.entries(cases)) {
  const { filter, preferences = [] } = findingExplanations.get(id);
  for (const capture of captures) {
    const path = capture.replace('shared:', `${shared}/`);
    const analysis = await analyze([path]);
    const found = detectAll(analysis.facts).filter((finding) => finding.id === id);
    const frames = selected(path, filter, preferences);
    truth.push({
      id,
      capture,
      filter,
      preferences,
      frames: analysis.facts.totals.framesRead,
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
