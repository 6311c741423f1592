#!/usr/bin/env node
/**
 * fake-browser: what a bridge gets when it "opens the browser" on a headless box.
 *
 * It GETs the authorization URL, follows every redirect (so the authorization
 * server's 302 reaches the bridge's loopback callback exactly as a browser would
 * deliver it), keeps cookies, and - for real authorization servers with login and
 * consent pages - fills in and submits the first HTML form it meets.
 *
 * It refuses anything that is not loopback, so a bridge that is tricked into
 * opening an attacker's URL shows up in the log as BLOCKED instead of leaving
 * the machine.
 *
 * Environment:
 *   FAKE_BROWSER_LOG    append one JSON line per step (default: stderr)
 *   FAKE_BROWSER_MODE   approve (default) | deny | ignore   what the "user" does
 *   FAKE_BROWSER_DELAY  ms a "person" needs before the page is loaded (default 1000)
 *   FAKE_BROWSER_FORM   JSON of field values for forms, e.g. {"login":"alice","password":"x"}
 *
 * bridge-config.mjs puts a script that calls this file behind every usual opener's name.
 */
import { appendFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';

const log = (entry) => {
  const line = JSON.stringify({ t: new Date().toISOString(), pid: process.pid, ...entry }) + '\n';
  if (process.env.FAKE_BROWSER_LOG) appendFileSync(process.env.FAKE_BROWSER_LOG, line);
  else process.stderr.write(line);
};

const target = process.argv.slice(2).find((a) => /^https?:/i.test(a));
if (!target) {
  log({ step: 'NO-URL', argv: process.argv.slice(2) });
  process.exit(0);
}
const mode = process.env.FAKE_BROWSER_MODE || 'approve';
const formValues = {
  login: 'alice', username: 'alice', user: 'alice', email: 'alice@example.test',
  password: 'correct horse', ...JSON.parse(process.env.FAKE_BROWSER_FORM || '{}')
};
const isLoopback = (u) => {
  const h = new URL(u).hostname.replace(/^\[|\]$/g, '');
  return h === 'localhost' || h.endsWith('.localhost') || h === '::1' || /^127\./.test(h);
};

// Per-host cookie jar: enough for login sessions, not a browser.
const jar = new Map();
const cookieHeader = (u) => [...(jar.get(new URL(u).host) ?? new Map())].map(([k, v]) => `${k}=${v}`).join('; ');
const storeCookies = (u, res) => {
  const host = new URL(u).host;
  if (!jar.has(host)) jar.set(host, new Map());
  for (const c of res.headers['set-cookie'] ?? []) {
    const [pair] = c.split(';');
    const i = pair.indexOf('=');
    const name = pair.slice(0, i).trim(), value = pair.slice(i + 1).trim();
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(c)) jar.get(host).delete(name);
    else jar.get(host).set(name, value);
  }
};

const unescapeHtml = (s) => s.replace(/&quot;/g, '"').replace(/&#x27;|&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const attr = (tag, name) => {
  const m = tag.match(new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i'));
  return m ? unescapeHtml(m[2] ?? m[3] ?? m[4] ?? '') : undefined;
};

/** One page load. Not with fetch: that sets Sec-Fetch-Mode: cors itself, which a callback rightly refuses. */
function visit(url, method, body, headers) {
  return new Promise((done, failed) => {
    const sent = request(url, { method, headers, agent: false }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part)).on('error', failed)
        .on('end', () => done({ status: res.statusCode, headers: res.headers, text: Buffer.concat(parts).toString() }));
    });
    sent.on('error', failed).end(body);
  });
}

/** First form on the page, filled the way a consenting (or denying) user would. */
function readForm(html, pageUrl) {
  const m = html.match(/<form\b[^>]*>([\s\S]*?)<\/form>/i);
  if (!m) return undefined;
  const open = m[0].match(/<form\b[^>]*>/i)[0];
  const body = new URLSearchParams();
  for (const [tag] of m[1].matchAll(/<input\b[^>]*>/gi)) {
    const name = attr(tag, 'name');
    const type = (attr(tag, 'type') ?? 'text').toLowerCase();
    if (!name || type === 'submit' || type === 'button') continue;
    if ((type === 'checkbox' || type === 'radio') && mode === 'deny') continue;
    body.set(name, formValues[name] ?? attr(tag, 'value') ?? '');
  }
  // Submit button: prefer one that looks like yes (or like no, when denying).
  const want = mode === 'deny' ? /deny|cancel|abort|no\b/i : /allow|approve|authorize|accept|continue|confirm|sign|log|yes/i;
  const buttons = [...m[1].matchAll(/<(?:button|input)\b[^>]*(?:>[^<]*)?/gi)].map(([t]) => t)
    .filter((t) => /^<button/i.test(t) || /type\s*=\s*["']?submit/i.test(t));
  const button = buttons.find((t) => want.test(t)) ?? buttons[0];
  if (button && attr(button, 'name')) body.set(attr(button, 'name'), attr(button, 'value') ?? '');
  return { action: new URL(attr(open, 'action') || pageUrl, pageUrl).href, method: (attr(open, 'method') ?? 'get').toUpperCase(), body };
}

// xdg-open returns as soon as the browser is launched, and some bridges only start
// their callback listener after it did. So: log, hand over to a background process,
// and succeed at once.
if (!process.env.FAKE_BROWSER_CHILD) {
  log({ step: 'open', mode, as: process.argv[1].split('/').at(-1), url: target });
  if (mode !== 'ignore')
    spawn(process.execPath, [fileURLToPath(import.meta.url), target], { env: { ...process.env, FAKE_BROWSER_CHILD: '1' }, detached: true, stdio: 'ignore' }).unref();
  process.exit(0);
}
await new Promise((r) => setTimeout(r, Number(process.env.FAKE_BROWSER_DELAY ?? 1000)));

let url = target, method = 'GET', body;
for (let hop = 0; hop < 25; hop++) {
  if (!isLoopback(url)) { log({ step: 'BLOCKED', url }); process.exit(3); }
  let res;
  try {
    res = await visit(url, method, body, {
      'user-agent': 'fake-browser/1', accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document',
      ...(cookieHeader(url) && { cookie: cookieHeader(url) }),
      ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) })
    });
  } catch (e) { log({ step: 'error', url, error: String(e.code ?? e) }); process.exit(2); }
  storeCookies(url, res);
  const text = res.text;
  log({ step: 'response', method, url, status: res.status, location: res.headers.location ?? undefined, body: res.status >= 400 ? text.slice(0, 300) : undefined });
  if (res.status >= 300 && res.status < 400 && res.headers.location) {
    url = new URL(res.headers.location, url).href; method = 'GET'; body = undefined; continue;
  }
  // A user who refuses looks for a cancel link first, then for a cancel button.
  const cancel = mode === 'deny' && res.status < 400 && text.match(/<a\b[^>]*href="([^"]*)"[^>]*>[^<]*(?:cancel|deny|abort)/i);
  if (cancel) { url = new URL(unescapeHtml(cancel[1]), url).href; method = 'GET'; body = undefined; log({ step: 'cancel', url }); continue; }
  const form = /html/.test(res.headers['content-type'] ?? '') && res.status < 400 ? readForm(text, url) : undefined;
  if (!form) break;
  log({ step: 'form', action: form.action, method: form.method, fields: [...form.body.keys()] });
  if (form.method === 'POST') { url = form.action; method = 'POST'; body = form.body.toString(); }
  else { url = `${form.action}${form.action.includes('?') ? '&' : '?'}${form.body}`; method = 'GET'; body = undefined; }
}
