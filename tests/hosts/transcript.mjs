/** Counts checks, and keeps what was typed and answered, without what differs from run to run. */
import { writeFileSync } from 'node:fs';

export class Transcript {
  passed = 0;
  failures = [];
  #parts = [];
  #names = [];

  /** From now on `value` is written as `name`. Long values first: a path may begin with another one. */
  replace(value, name) {
    this.#names.push([String(value), name]);
    this.#names.sort(([a], [b]) => b.length - a.length);
  }

  heading(title, ...sentences) {
    this.#parts.push(`## ${title}`, sentences.join('\n'));
  }

  /** A sentence, and what it speaks of. */
  text(sentence, content) {
    this.#parts.push(sentence, ['```', this.plain(content), '```'].join('\n'));
  }

  /** A command and its answer, as a person would see them. */
  show(typed, result) {
    const answer = this.plain(result.said ?? result).trimEnd();
    this.#parts.push(['```console', `$ ${this.plain(typed)}`, ...(answer ? [answer] : []), '```'].join('\n'));
  }

  check(promise, holds, ...seen) {
    if (holds) this.passed += 1;
    else this.failures.push(promise);
    console.log(`${holds ? 'ok  ' : 'FAIL'} ${promise}`);
    if (!holds) for (const text of seen) console.log(`     ${String(text).trimEnd().replaceAll('\n', '\n     ')}`);
  }

  plain(text) {
    let out = text;
    for (const [value, name] of this.#names) out = out.replaceAll(value, name);
    return out
      .replace(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, '01J…')
      .replace(/\b(127\.0\.0\.1)-[0-9a-f]{8}\b/g, '$1-xxxxxxxx')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-…Z')
      .replaceAll('\t', '  ');
  }

  write(file, preface) {
    writeFileSync(file, `${preface}\n${this.#parts.map((part) => `${part}\n`).join('\n')}`);
  }
}
