// What an exam left unsent on this device - the laptop was shut, the exam is over - is sent when
// whoever sat it is signed in. Never deleted before the server has it, or 60 days have gone by.

import { everythingWaiting } from './exam/device.js';
import { fill } from './exam/course.js';
import { store } from './exam/store.js';
import { handIn, send } from './exam/wire.js';

const KEPT_FOR = 60 * 24 * 3600 * 1000;
const words = document.querySelector('script[data-deliver]').dataset;
const token = document.querySelector('[name=csrf_token]')?.value;
const open = document.querySelector('[data-exam], [data-hand-in-form]')?.dataset;
const done = { saved: 0, late: 0, refused: 0, handedIn: 0, tooLate: 0, notHere: 0, url: '' };

/** What the page of the exam that is open here sends itself. */
const ofThisPage = (entry) => open && entry.sitting === open.sitting && entry.lease === Number(open.lease);

function forgetTheOld({ choices, handIns }) {
  for (const [key, { at }] of [...choices, ...handIns]) {
    if (Date.now() - at > KEPT_FOR) store.remove(key);
  }
}

function bySitting({ choices, handIns }) {
  const sittings = new Map();
  const of = (entry) => sittings.get(entry.sitting) || sittings.set(entry.sitting, { choices: [], handIn: null }).get(entry.sitting);
  for (const found of choices) if (!ofThisPage(found[1])) of(found[1]).choices.push(found);
  for (const found of handIns) if (!ofThisPage(found[1])) of(found[1]).handIn = found;
  return [...sittings.values()];
}

/** Whether it is settled: the server has it, or refused it for good. */
async function settled(key, entry, trials = 2) {
  const { fate, data } = await send(entry, token);
  if (fate === 'renumber' && trials) return settled(key, { ...entry, seq: data.next_seq }, trials - 1);
  if (!(fate in done)) return false; // somebody else's, or not signed in: it stays
  if (store.get(key)?.at === entry.at) store.remove(key);
  done[fate] += 1;
  done.url = entry.url;
  return true;
}

async function deliver({ choices, handIn: waiting }) {
  choices.sort(([, a], [, b]) => a.lease - b.lease || a.seq - b.seq);
  for (const [key, entry] of choices) if (!await settled(key, entry)) return;
  if (!waiting) return;
  const [key, entry] = waiting;
  const { fate, data } = await handIn(entry, token);
  if (fate === 'unheard') return;
  store.remove(key);
  const why = data.code === 'taken_over' ? 'notHere' : 'tooLate';
  done[fate === 'refused' ? why : 'handedIn'] += 1;
  done.url = entry.url;
}

function tell() {
  const said = ['saved', 'late', 'refused'].filter((fate) => done[fate]).map((fate) => fill(words[fate], { n: done[fate] }));
  for (const what of ['handedIn', 'tooLate', 'notHere']) if (done[what]) said.push(words[what]);
  if (!said.length) return;
  const box = document.createElement('div');
  box.className = 'notice notice-warning';
  box.setAttribute('role', 'status');
  box.dataset.delivered = '';
  const [mark, text] = [document.createElement('span'), document.createElement('div')];
  mark.className = 'mark mark-warning';
  mark.setAttribute('aria-hidden', 'true');
  text.className = 'notice-text';
  const line = (content, name = '') => Object.assign(document.createElement('p'), { textContent: content, className: name });
  const link = Object.assign(document.createElement('a'), { href: done.url, textContent: words.look });
  const last = line('');
  last.append(link);
  text.append(line(words.title, 'notice-title'), ...said.map((sentence) => line(sentence)), ...(open ? [] : [last]));
  box.append(mark, text);
  document.querySelector('[data-delivered]')?.remove();
  (document.querySelector('.exam-paper') || document.querySelector('main .wrap')).prepend(box);
}

let running = false;
async function begin() {
  if (running || !token) return;
  running = true;
  try {
    forgetTheOld(everythingWaiting());
    for (const sitting of bySitting(everythingWaiting())) await deliver(sitting);
  } catch { /* no connection: when it is back, or on the next page */ }
  running = false;
  tell();
}

begin();
window.addEventListener('online', begin);
