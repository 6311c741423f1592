/**
 * Two languages that nobody speaks, made from English for tests: `en-XA` is longer by more than a third and accented, `ar-XB`
 * runs from right to left. What stays plain English on a page in them is a sentence that never went through `messages`.
 */
import { HOLE } from './messages.mjs';

const ACCENTS = new Map(
  [...'aàbƀcçdđeéfƒgĝhĥiîjĵkķlļmɱnñoöpþqǫrŕsštţuûvṽwŵxẋyýzžAÀBƁCÇDĐEÉFƑGĜHĤIÎJĴKĶLĻMṀNÑOÖPÞQǪRŔSŠTŢUÛVṼWŴXẊYÝZŽ']
    .join('')
    .match(/../gu)
    ?.map((pair) => /** @type {[string, string]} */ ([...pair])) ?? [],
);
const ARABIC = new Map(
  [...'abcdefghijklmnopqrstuvwxyz'].map((letter, at) => [letter, [...'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'][at] ?? letter]),
);

/**
 * @param {string} sentence
 * @param {string} locale
 */
export function pseudo(sentence, locale) {
  return locale === 'ar-XB' ? outsideHoles(sentence, arabic) : `[${outsideHoles(sentence, accented)}${padding(sentence)}]`;
}

/** @param {string} text */
const accented = (text) => [...text].map((letter) => ACCENTS.get(letter) ?? letter).join('');

/** @param {string} text */
const arabic = (text) => [...text.toLowerCase()].map((letter) => ARABIC.get(letter) ?? letter).join('');

/** @param {string} sentence */
function padding(sentence) {
  const wanted = Math.ceil(sentence.replace(HOLE, '').length * 0.4);
  return wanted === 0 ? '' : ` ${'one two three four five six seven eight nine ten '.repeat(20).slice(0, wanted).trim()}`;
}

/**
 * Plural forms keep their shape: only the text inside each form is changed.
 * @param {string} sentence
 * @param {(text: string) => string} change
 */
function outsideHoles(sentence, change) {
  let made = '';
  let from = 0;
  for (const match of sentence.matchAll(HOLE)) {
    made += change(sentence.slice(from, match.index));
    made += match[2]
      ? `{${match[1]}, plural,${match[2].replace(/(\w+|=\d+) \{([^{}]*)\}/g, (_, form, text) => `${form} {${change(text)}}`)}}`
      : match[0];
    from = match.index + match[0].length;
  }
  return made + change(sentence.slice(from));
}
