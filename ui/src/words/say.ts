/**
 * Every sentence that a person reads, in their language.
 *
 * A window loads its sentences of one language before it shows anything; `say` is then plain and cannot wait. What stands in
 * `messages` may have holes; a text that fills one is made visible and isolated, so nothing from outside can rearrange our words.
 */
import { later, loaders } from 'virtual:words';
import type { Sentences } from './keys.gen';
import { visible } from './visible';

type Key = keyof Sentences;
type Holes<K extends Key> = Sentences[K] extends undefined ? [] : [Sentences[K]];

let spoken: Record<string, string> = {};
let tongue = 'en';
let rules = new Intl.PluralRules('en');
let numbers = new Intl.NumberFormat('en');

/** The languages that this build has. */
export const locales = Object.keys(loaders);

/** The language of this moment, as a BCP 47 tag: also for dates and numbers. */
export const locale = (): string => tongue;

/** The best of our languages for what the person wants; English where none fits. */
export function fitting(wanted: readonly string[]): string {
  const base = (tag: string) => tag.toLowerCase().split('-')[0];
  for (const tag of wanted) {
    const found = locales.find((ours) => ours === tag) ?? locales.find((ours) => !ours.includes('-') && ours === base(tag));
    if (found) return found;
  }
  return 'en';
}

/** Loads the window's sentences in a language and turns the page to it. */
export async function speak(wanted: string): Promise<void> {
  spoken = (await loaders[wanted]?.())?.default ?? {};
  tongue = wanted;
  // The pseudo-languages count and date like the language that they are made from.
  const real = wanted === 'en-XA' ? 'en' : wanted === 'ar-XB' ? 'ar' : wanted;
  rules = new Intl.PluralRules(real === 'ar' ? 'en' : real);
  numbers = new Intl.NumberFormat(real);
  document.documentElement.lang = real;
  document.documentElement.dir = real === 'ar' ? 'rtl' : 'ltr';
}

/** Loads what the window's later parts say. A window that has such parts turns to another language only by being opened anew. */
export async function learn(): Promise<void> {
  spoken = { ...spoken, ...(await later[tongue]?.())?.default };
}

/** The sentence with this key. A key without a sentence shows itself, since an empty button would be worse. */
export function say<K extends Key>(key: K, ...holes: Holes<K>): string {
  const sentence = spoken[key];
  const fill = holes[0] as Record<string, string | number> | undefined;
  return sentence === undefined ? key : fill ? filled(sentence, fill) : sentence;
}

const HOLE = /\{(\w+)(?:, plural,((?: (?:=\d+|\w+) \{[^{}]*\})+))?\}/g;
const FORM = /(=\d+|\w+) \{([^{}]*)\}/g;

function filled(sentence: string, fill: Record<string, string | number>): string {
  return sentence.replace(HOLE, (hole, name: string, plural: string | undefined) => {
    const value = fill[name];
    if (value === undefined) return hole;
    // U+2068 and U+2069 keep a text's direction to itself.
    if (typeof value === 'string') return `\u2068${visible(value)}\u2069`;
    if (!plural) return numbers.format(value);
    const forms = new Map([...plural.matchAll(FORM)].map(([, form = '', text = '']) => [form, text]));
    const form = forms.get(`=${value}`) ?? forms.get(rules.select(value)) ?? forms.get('other') ?? '#';
    return form.replaceAll('#', numbers.format(value));
  });
}
