// The plainest page that keeps to the protocol of the approval window, for proofs and measurements without the real one.
'use strict'
const { invoke, transformCallback } = window.__TAURI_INTERNALS__
const by = (id) => document.getElementById(id)
const listen = (event, heard) =>
  invoke('plugin:event|listen', { event, target: { kind: 'Any' }, handler: transformCallback((sent) => heard(sent.payload)) })

let drawn = null
const say = (words) => { by('state').textContent = words }
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))

async function look() {
  const open = await invoke('approval_list', {})
  if (open.length === 0) {
    drawn = null
    by('headline').textContent = 'Nothing is asked'
    by('rows').replaceChildren()
    say('empty')
    return invoke('approval_close', {})
  }
  if (drawn !== null && open.some((one) => one.id === drawn.detail.question.id)) return
  drawn = await invoke('approval_show', { question: open[0].id })
  by('headline').textContent = drawn.detail.headline
  by('rows').replaceChildren(...drawn.detail.rows.flatMap((row) => {
    const [name, value] = [document.createElement('dt'), document.createElement('dd')]
    name.textContent = row.name
    value.textContent = row.value
    return [name, value]
  }))
  say('drawn')
  await painted()
  const { armed_in_ms } = await invoke('approval_seen', { question: drawn.detail.question.id, nonce: drawn.nonce })
  say(`armed in ${armed_in_ms}`)
}

async function answer(choice, digest) {
  if (drawn === null) return
  const { question, digest: shown } = drawn.detail
  try {
    await invoke('approval_answer', { question: question.id, nonce: drawn.nonce, digest: digest ?? shown, choice })
    drawn = null
    await look()
  } catch (error) {
    say(`refused: ${error.code}`)
  }
}

by('deny').addEventListener('click', () => answer('deny'))
by('allow').addEventListener('click', () => answer('allow_once'))
by('forge').addEventListener('click', () => answer('allow_once', '0'.repeat(64)))
for (const press of ['keydown', 'pointerdown']) addEventListener(press, () => invoke('approval_touched', {}), true)
listen('news', (news) => { if (news.news === 'asked' || news.news === 'settled') look() })
listen('armed', ({ armed_in_ms }) => say(`armed in ${armed_in_ms}`))
setInterval(() => { if (document.visibilityState === 'visible') invoke('approval_here', {}) }, 1000)
addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') invoke('approval_here', {}) })
addEventListener('securitypolicyviolation', (event) => say(`policy: ${event.violatedDirective} ${event.blockedURI}`))
invoke('approval_here', {})
look()
