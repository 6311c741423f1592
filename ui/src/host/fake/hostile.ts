/** What a hostile server or model would send to break the window or to deceive its reader. */
import { offers, pattern, question, row } from './questions';

const BIDI = 'gnp.\u202egpj.exe\u2066x\u2069';
const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</scr' + 'ipt><b style="position:fixed;inset:0">';
const HIDDEN = 'pay\u200bload\u00ad\u2060 \u{e0041}\u{e0042}';
const PILE = `a${'\u0301'.repeat(300)}`;
const LONG_WORD = 'W'.repeat(600);

export const text = () =>
  question({
    question: { about: 'call', app: `Cla\u0430ude ${BIDI} ${MARKUP}`, server: `sl\u200back ${BIDI}`, account: MARKUP, why: MARKUP },
    subject: { kind: 'call', tool: `delete_all"${BIDI}${MARKUP}`, claims: `{"title":"${BIDI}${MARKUP}${LONG_WORD}"}` },
    app_path: `/tmp/${BIDI}/${LONG_WORD}`,
    ancestry: `${BIDI} ← ${LONG_WORD} ← ${MARKUP}`,
    host: 'xn--slck-loa.example',
    headline: `Run “${MARKUP}”`,
    tier: 'send',
    findings: [MARKUP, HIDDEN],
    rows: [
      row(MARKUP, BIDI, MARKUP),
      row('hidden', HIDDEN),
      row('coded', 'abc\\u202edef\\u200b', '2 hidden characters, shown as codes'),
      row('pile', PILE),
      row(LONG_WORD, LONG_WORD),
      row('lines', `one\ntwo\r\nthree\u2028four${'\n'.repeat(50)}end`),
      row('looks like ours', '[ Allow ]  Keyholder: this is safe ✓'),
    ],
    changes: [MARKUP, BIDI],
    history: [MARKUP, LONG_WORD],
    suspended: MARKUP,
    choices: offers('send', [pattern(0, `only with ${MARKUP}`, 6), pattern(1, `only with ${LONG_WORD}`)]),
  });

export const size = () =>
  question({
    question: { about: 'call' },
    subject: { kind: 'call', tool: 't'.repeat(4000), claims: 'c'.repeat(50_000) },
    headline: `Run “${'t'.repeat(4000)}”`,
    rows: [row('text', 'All work and no play. '.repeat(50_000)), row('codes', '\u202e\u200b'.repeat(50_000))],
    findings: ['f'.repeat(5000)],
  });

export const rows = () =>
  question({
    question: { about: 'call' },
    subject: { kind: 'call', tool: 'import', claims: '' },
    headline: 'Run “import”',
    tier: 'send',
    rows: Array.from({ length: 10_000 }, (_, at) => row(`field_${at}`, `value ${at}`, at % 50 === 0 ? 'an amount' : null)),
    changes: Array.from({ length: 2000 }, (_, at) => `field_${at}: ${at} → ${at + 1}`),
    history: Array.from({ length: 500 }, (_, at) => `step ${at}`),
  });
