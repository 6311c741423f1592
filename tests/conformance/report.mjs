#!/usr/bin/env node
/**
 * report.mjs --write PAGE DIR                  writes the page from the results under DIR
 * report.mjs --floor PAGE [--counts FILE] DIR  compares: what the page says has passed must pass; runs what fell below
 *                                              once more, alone; exit 1 if a scenario stays below
 *
 * DIR holds one folder a run, as run-suite.mjs leaves it. FILE gets "PASSED FAILED", counting the scenarios of the floor.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const RUNS = [
  { folder: '2025-11-25-legacy', title: 'Wire 2025-11-25, a host of 2025' },
  { folder: '2026-07-28-legacy', title: 'Wire 2026-07-28, a host of 2025' },
  { folder: '2026-07-28-match', title: 'Wire 2026-07-28, a host of 2026' },
  { folder: 'backcompat-legacy', title: 'Wire 2025-03-26, authorization as it was then' },
  { folder: 'extensions-legacy', title: 'Extensions' }
];

const { values: o, positionals: [dir] } = parseArgs({ allowPositionals: true, options: {
  write: { type: 'string' }, floor: { type: 'string' }, counts: { type: 'string' } } });
if (!dir || !(o.write || o.floor)) { console.error('usage: report.mjs --write PAGE DIR | --floor PAGE [--counts FILE] DIR'); process.exit(2); }

/** The results of one run; none when it did not come to an end. */
const results = (run) => {
  const file = join(dir, run.folder, 'results.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : [];
};
const passes = (r) => r?.verdict === 'PASS';
const VERDICTS = { PASS: 'passed', FAIL: 'failed', VACUOUS: 'vacuous' };

function table(run) {
  const rows = results(run);
  if (!rows.length) return `## ${run.title}\n\nThis run did not come to an end.\n`;
  const checks = rows.reduce((n, r) => n + r.pass, 0), scored = rows.reduce((n, r) => n + r.pass + r.fail, 0);
  return [`## ${run.title}`, '', `${rows.filter(passes).length} of ${rows.length} scenarios passed; ${checks} of ${scored} checks.`, '',
    '| scenario | verdict | checks | warnings | what failed |', '|---|---|---|---|---|',
    ...rows.map((r) => {
      const failed = [...new Set(r.bad.map((b) => b.id))];
      if (!passes(r) && !failed.length) failed.push(r.verdict === 'VACUOUS' ? 'nothing was tested' : `the host saw: ${r.timedOut ? 'no answer in time' : r.host ?? 'nothing'}`);
      return `| ${r.scenario} | ${VERDICTS[r.verdict]} | ${r.pass}/${r.pass + r.fail} | ${r.warn} | ${failed.join(', ')} |`;
    }), ''].join('\n');
}

function page() {
  const { version } = JSON.parse(readFileSync(join(HERE, '../lab/node_modules/@modelcontextprotocol/conformance/package.json'), 'utf8'));
  return `# Conformance

<!-- Written by \`./dev conformance\`. Do not edit: \`./dev test\` takes what has passed here as the floor. -->

The official suite, npm \`@modelcontextprotocol/conformance\` ${version}, against \`keyholder bridge\`.
The suite plays the MCP server and the authorization server, \`tests/conformance/drive.mjs\` plays the host on the bridge's stdin and stdout, and a fake browser plays the person's.
What Keyholder was told in each scenario stands in \`tests/conformance/keyholder.json\`: what a user would type, and a policy file that lets everything run without a question.
A scenario has passed only when the suite found no failure and no warning and the host got its answers.
One that passes without having tested anything is called vacuous, and does not count.

| run | passed |
|---|---|
${RUNS.map((r) => `| ${r.title} | ${results(r).filter(passes).length}/${results(r).length} |`).join('\n')}

${RUNS.map(table).join('\n')}`;
}

/** What a page says has passed: run title and scenario. */
function floorOf(text) {
  const out = [];
  let run;
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) run = RUNS.find((r) => r.title === line.slice(3));
    const m = run && line.match(/^\| (\S+) \| passed \|/);
    if (m) out.push({ run, scenario: m[1] });
  }
  return out;
}

/** One scenario once more, alone: some have windows of tens of milliseconds, which a busy machine misses. */
function again({ run, scenario }) {
  const [, wire, era] = run.folder.match(/^(.*)-([a-z]+)$/);
  console.log(`below the floor, once more alone: ${run.title}: ${scenario}`);
  spawnSync(join(HERE, 'with-keychain.sh'), [process.execPath, join(HERE, 'run-suite.mjs'), '--wire', wire, '--era', era, '--jobs', '1',
    '--config', join(HERE, 'keyholder.json'), '--out', join(dir, run.folder), '--only', `^${scenario}$`], { stdio: 'inherit' });
}

if (o.write) {
  writeFileSync(o.write, page());
  for (const r of RUNS) console.log(`${r.title}: ${results(r).filter(passes).length}/${results(r).length}`);
} else {
  const floor = existsSync(o.floor) ? floorOf(readFileSync(o.floor, 'utf8')) : [];
  if (!floor.length) console.error(`${o.floor} names no scenario that has passed: write it with ./dev conformance`);
  const holds = ({ run, scenario }) => passes(results(run).find((r) => r.scenario === scenario));
  for (const f of floor) if (!holds(f)) again(f);
  const below = floor.filter((f) => !holds(f));
  for (const { run, scenario } of below) console.error(`below the floor: ${run.title}: ${scenario} (target/conformance/${run.folder}/${scenario.replaceAll('/', '_')})`);
  for (const run of RUNS) for (const r of results(run)) {
    if (passes(r) && !floor.some((f) => f.run === run && f.scenario === r.scenario)) console.log(`above the floor, ./dev conformance would record it: ${run.title}: ${r.scenario}`);
  }
  const failed = below.length || (floor.length ? 0 : 1);
  console.log(`${floor.length - below.length} of ${floor.length} scenarios of the floor hold`);
  if (o.counts) writeFileSync(o.counts, `${floor.length - below.length} ${failed}\n`);
  process.exit(failed ? 1 : 0);
}
