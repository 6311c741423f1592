// The plainest main window: it reads its place and the state, and tries what it must not be able to do.
'use strict'
const { invoke } = window.__TAURI_INTERNALS__
const by = (id) => document.getElementById(id)
const within = (promise, ms) => Promise.race([promise, new Promise((_, give) => setTimeout(() => give('no answer'), ms))])

const TRIES = {
  'read status': () => invoke('main_read', { order: { order: 'status' } }),
  'lock by reading': () => invoke('main_read', { order: { order: 'lock' } }),
  'unlock by lowering': () => invoke('main_lower', { order: { order: 'unlock' } }),
  'answer by raising': () => invoke('main_raise', { order: { order: 'answer', question: 'q', digest: 'd', choice: 'allow_once' } }),
  'see by raising': () => invoke('main_raise', { order: { order: 'seen', question: 'q' } }),
  'answer as the other window': () => invoke('approval_answer', { question: 'q', nonce: 'n', digest: 'd', choice: 'allow_once' }),
  'list as the other window': () => invoke('approval_list', {}),
  'one field more': () => invoke('main_destination', { more: 1 }),
  'a command that there is not': () => invoke('plugin:window|close', {}),
  'an event of its own': () => invoke('plugin:event|emit', { event: 'news', payload: null }),
  'the network': () => fetch('https://example.com/'),
  'a string as code': () => new Function('return 1')(),
}

async function tell() {
  const { place } = await invoke('main_destination', {})
  for (const [name, attempt] of Object.entries(TRIES)) {
    const line = document.createElement('li')
    const outcome = await within((async () => attempt())(), 1500).then(
      (value) => `yes ${JSON.stringify(value).slice(0, 40)}`,
      (error) => `no ${typeof error === 'string' ? error : error?.code ?? error?.name}`,
    )
    line.textContent = `${name}: ${outcome}`
    by('tries').append(line)
  }
  by('state').textContent = `at ${place}, done`
}
tell()
