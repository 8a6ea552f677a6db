// node bench/marks.mjs CAPTURE: marks of every frame against tshark's tcp.analysis.*, both ways. Prints how many frames bear
// each mark on either side and how many only on one (of an end, 1,000 frames of a mark are kept, and the rest is counted); exits
// with 1 when they differ. Needs tshark and a build (npm run build).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { analyze } from '../dist/analyze.js';
import { markNames } from '../dist/flow/analysis/marks.js';

const [path] = process.argv.slice(2);
const fieldOf = (name) =>
  name === 'ackedUnseenSegment' ? 'ack_lost_segment' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const fields = markNames.map((name) => `tcp.analysis.${fieldOf(name)}`);

async function theirs() {
  const marks = new Map();
  const columns = ['frame.number', ...fields].flatMap((field) => ['-e', field]);
  const tshark = spawn('tshark', ['-n', '-r', path, '-Y', 'tcp.analysis.flags', '-T', 'fields', ...columns], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: tshark.stdout })) {
    const [frame, ...cells] = line.split('\t');
    marks.set(
      Number(frame),
      cells.reduce((bits, cell, i) => (cell === '' ? bits : bits | (1 << i)), 0),
    );
  }
  return marks;
}

/** Frames by number, and how many of each mark were counted without their frames being kept. */
async function ours() {
  const analysis = await analyze([path]);
  const { connections: c } = analysis.facts;
  const counted = markNames.map(() => 0);
  for (const { endpoints } of analysis.connectionRows()) {
    for (const end of Object.values(endpoints))
      markNames.forEach((name, i) => (counted[i] += end.analysis?.[name] ?? 0));
  }
  const marks = new Map();
  for (let id = 0; id < c.count; id++) {
    if (c.isUdp(id)) continue;
    for (const side of [0, 1]) {
      for (const { frame, marks: bits } of c.markedFrames(id, side)) {
        marks.set(frame, (marks.get(frame) ?? 0) | bits);
        markNames.forEach((_, i) => (counted[i] -= (bits >> i) & 1));
      }
    }
  }
  return { marks, unkept: counted };
}

const [shark, { marks: own, unkept }] = [await theirs(), await ours()];
const frames = new Set([...shark.keys(), ...own.keys()]);
let differing = 0;
markNames.forEach((name, i) => {
  const bit = 1 << i;
  let [both, onlyShark, onlyOwn] = [0, 0, 0];
  for (const frame of frames) {
    const [a, b] = [(shark.get(frame) ?? 0) & bit, (own.get(frame) ?? 0) & bit];
    if (a !== 0 && b !== 0) both++;
    else if (a !== 0) onlyShark++;
    else if (b !== 0) onlyOwn++;
  }
  differing += Math.abs(onlyShark - unkept[i]) + onlyOwn;
  if (both + onlyShark + onlyOwn > 0)
    console.log(
      `${name}: ${both} alike, ${onlyShark} only tshark, ${onlyOwn} only synoptic, ${unkept[i]} counted without their frame`,
    );
});
process.exit(differing === 0 ? 0 : 1);
