// Every message of a page comes through here on its way to the program. What is not on this list goes no further: the page that
// sent it waits for an answer that never comes. Which window may send what stands in capabilities/; this looks at the shape.
'use strict'

const text = (most) => (value) => typeof value === 'string' && value.length <= most
const list = (of, most) => (value) => Array.isArray(value) && value.length <= most && value.every(of)
const object = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const shape = (fields) => (value) =>
  object(value) && Object.keys(value).length === Object.keys(fields).length
  && Object.keys(fields).every((name) => Object.hasOwn(value, name) && fields[name](value[name]))
const one = (...of) => (value) => of.includes(value)
const order = (value) => object(value) && text(64)(value.order)
const number = (value) => Number.isSafeInteger(value)

const id = text(128)
const listed = list(shape({ question: id, digest: id }), 100)
const bound = (value) => object(value) && Object.keys(value).length === 1
const heard = one('news', 'armed')
const TAKES = {
  approval_answer: shape({ question: id, nonce: id, digest: id, choice: text(256) }),
  approval_answer_listed: shape({ nonce: id, questions: listed, choice: one('allow_once', 'deny') }),
  approval_close: shape({}),
  approval_edit: shape({ question: id, nonce: id, digest: id, arguments: text(1 << 20) }),
  approval_here: shape({}),
  approval_list: shape({}),
  approval_offer_pattern: shape({ question: id, bounds: list(shape({ argument: text(256), to: bound }), 64) }),
  approval_raw: shape({ question: id }),
  approval_seen: shape({ question: id, nonce: id }),
  approval_show: shape({ question: id }),
  approval_show_listed: shape({ questions: list(id, 100) }),
  approval_touched: shape({}),
  main_lower: shape({ order }),
  main_destination: shape({}),
  main_raise: shape({ order }),
  main_read: shape({ order }),
  main_save: shape({ name: text(128), format: one('csv', 'jsonl'), query: object }),
  'plugin:event|listen': shape({ event: heard, target: shape({ kind: one('Any') }), handler: number }),
  'plugin:event|unlisten': shape({ event: heard, eventId: number }),
}

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  const takes = Object.hasOwn(TAKES, message.cmd) ? TAKES[message.cmd] : () => false
  return takes(message.payload) ? message : new Promise(() => console.error(`dropped: ${String(message.cmd)}`))
}
