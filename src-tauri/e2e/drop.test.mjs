// What the frame lets through that looks through every message of a page (isolation/drop.js).  node --test src-tauri/e2e
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import vm from 'node:vm'

const window = {}
vm.runInNewContext(readFileSync(new URL('../isolation/drop.js', import.meta.url), 'utf8'), {
  window,
  console: { error() {} },
})
// A message comes out of another world, as it does from a page.
const passes = (cmd, payload) => {
  const message = { cmd, payload, callback: 1, error: 2 }
  return window.__TAURI_ISOLATION_HOOK__(message) === message
}

test('what a page sends passes', () => {
  assert.ok(passes('approval_list', {}))
  assert.ok(passes('approval_show', { question: 'q1' }))
  assert.ok(passes('approval_seen', { question: 'q1', nonce: 'n' }))
  assert.ok(passes('approval_answer', { question: 'q1', nonce: 'n', digest: 'd', choice: 'allow_for:15' }))
  assert.ok(passes('approval_answer_listed', { nonce: 'n', questions: [{ question: 'q', digest: 'd' }], choice: 'deny' }))
  assert.ok(passes('approval_offer_pattern', { question: 'q', bounds: [{ argument: 'path', to: { prefix: '/tmp/' } }] }))
  assert.ok(passes('main_read', { order: { order: 'log', server: 'slack' } }))
  assert.ok(passes('main_save', { name: 'a.csv', format: 'csv', query: {} }))
  assert.ok(passes('plugin:event|listen', { event: 'news', target: { kind: 'Any' }, handler: 7 }))
  assert.ok(passes('plugin:event|unlisten', { event: 'armed', eventId: 7 }))
})

test('what has another shape goes no further', () => {
  assert.ok(!passes('approval_list', { more: 1 }))
  assert.ok(!passes('approval_list', null))
  assert.ok(!passes('approval_list', []))
  assert.ok(!passes('approval_show', {}))
  assert.ok(!passes('approval_show', { question: 1 }))
  assert.ok(!passes('approval_show', { question: 'x'.repeat(200) }))
  assert.ok(!passes('approval_show', { question: 'q', digest: 'd' }))
  assert.ok(!passes('approval_answer_listed', { nonce: 'n', questions: [{ question: 'q' }], choice: 'deny' }))
  assert.ok(!passes('approval_answer_listed', { nonce: 'n', questions: [], choice: 'allow_always' }))
  assert.ok(!passes('approval_show_listed', { questions: Array(101).fill('q') }))
  assert.ok(!passes('main_read', { order: 'status' }))
  assert.ok(!passes('main_save', { name: 'a', format: 'html', query: {} }))
  assert.ok(!passes('plugin:event|listen', { event: 'tauri://drag-drop', target: { kind: 'Any' }, handler: 7 }))
})

test('what is not on the list goes no further', () => {
  for (const cmd of ['plugin:event|emit', 'plugin:window|close', 'plugin:webview|print', 'toString', '__proto__', 'constructor', '', undefined]) {
    assert.ok(!passes(cmd, {}), String(cmd))
  }
})
