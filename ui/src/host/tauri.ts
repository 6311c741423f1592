/**
 * The desktop app as a host. The only file that knows Tauri, and the only place where its commands have names; the Rust side lists
 * the same ones in its manifest, so a wrong name is refused.
 */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { ApprovalHost, MainHost } from './host';

/** Listening has begun wherever it was asked for. */
let listening: Promise<unknown> = Promise.resolve();

/** What is read is read once everything that is told afterwards is heard: nothing falls between the two. */
async function readOnceHeard<T>(command: string, given: Record<string, unknown> = {}): Promise<T> {
  await listening;
  return invoke<T>(command, given);
}

/** Events of the app, as a function that stops listening. Stopping before it began is honoured when it has. */
function hear<P>(event: string, heard: (payload: P) => void): () => void {
  const stop = listen<P>(event, ({ payload }) => heard(payload));
  listening = Promise.all([listening, stop.catch(() => {})]);
  return () => void stop.then((unlisten) => unlisten());
}

export const approvalHost = (): ApprovalHost => ({
  list: () => readOnceHeard('approval_list'),
  show: (question) => invoke('approval_show', { question }),
  showListed: (questions) => invoke('approval_show_listed', { questions }),
  seen: (question, nonce) => invoke('approval_seen', { question, nonce }),
  touched: () => invoke('approval_touched'),
  answer: (question, nonce, digest, choice) => invoke('approval_answer', { question, nonce, digest, choice }),
  answerListed: (nonce, questions, choice) => invoke('approval_answer_listed', { nonce, questions, choice }),
  raw: (question) => invoke('approval_raw', { question }),
  // `arguments` is the name that the order has for the text.
  edit: (question, nonce, digest, text) => invoke('approval_edit', { question, nonce, digest, arguments: text }),
  offerPattern: (question, bounds) => invoke('approval_offer_pattern', { question, bounds }),
  here: () => invoke('approval_here'),
  close: () => invoke('approval_close'),
  onArmed: (heard) => hear('armed', heard),
  onNews: (heard) => hear('news', heard),
});

export const mainHost = (): MainHost => ({
  read: (order) => readOnceHeard('main_read', { order }),
  lower: (order) => invoke('main_lower', { order }),
  raise: (order) => invoke('main_raise', { order }),
  save: (request) => invoke('main_save', { ...request }),
  destination: () => readOnceHeard('main_destination'),
  onNews: (heard) => hear('news', heard),
});
