// The exam page: every choice is kept on the device, numbered, sent, and shown as saved only when
// the server has confirmed it. Nothing here waits for the network before the candidate may go on.

import { Course, fill } from './course.js';
import { Device } from './device.js';
import { HandIn } from './hand_in.js';
import { Paper } from './paper.js';
import { Sender } from './sender.js';
import { send } from './wire.js';

const DESK = matchMedia('(min-width: 62.5rem)');

export class ExamPage extends Paper {
  constructor(form) {
    super(form);
    this.device = new Device(form.dataset);
    this.late = 0;
    this.stopped = false;
    this.unsure = new Map(); // what another tab sent, by place: not heard yet what became of it
    this.sender = new Sender(this.device, form.dataset.token, {
      before: (entry) => this.sending(entry), told: (entry, answer) => this.told(entry, answer),
      after: () => this.sent(), renewed: () => this.renewed(),
    });
    this.course = new Course(form, this.words, this);
    this.handIn = new HandIn(this);
  }

  get token() {
    return this.sender.token;
  }

  begin() {
    const early = [...this.items.values()].filter(changed);
    this.restore(early);
    this.form.querySelectorAll('[data-plain-save]').forEach((button) => { button.hidden = true; });
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('change', (event) => this.chosen(event));
    this.form.addEventListener('click', (event) => this.clicked(event));
    this.form.addEventListener('focusin', (event) => this.here(event.target.closest('.item')));
    window.addEventListener('online', () => this.sender.hurry());
    window.addEventListener('storage', (event) => this.elsewhere(event));
    window.addEventListener('beforeunload', (event) => {
      if (this.device.waiting().length && !this.stopped && !this.leaving) event.preventDefault();
    });
    this.course.begin();
    early.forEach((item) => this.note(item));
    this.showAll();
    this.sender.send();
  }

  // ---- choosing ----

  /** Put back what this browser kept and the server does not know yet; what was chosen just now is newer. */
  restore(early) {
    for (const { position, choice } of this.device.waiting()) {
      if (!early.includes(this.items.get(String(position)))) this.put(String(position), choice);
    }
    for (const position of Object.keys(this.device.flags)) this.items.get(position)?.querySelector('.flag').setAttribute('aria-pressed', 'true');
  }

  /** Another tab of this browser chose: show it here too. It sent it: ask again what became of it. */
  elsewhere({ key, oldValue }) {
    if (!key?.startsWith(this.device.choices)) return;
    const position = key.slice(this.device.choices.length);
    const kept = this.device.of(position);
    if (kept) this.put(position, kept.choice);
    else if (oldValue && !this.stopped) this.again(JSON.parse(oldValue));
    this.showAll();
  }

  /** The same save does no harm, and is answered the same. Unheard, it is asked when the server knows us again. */
  async again(entry) {
    this.unsure.set(entry.position, entry);
    try {
      const answer = await send(entry, this.token);
      if (answer.fate === 'unheard') return;
      if (this.unsure.get(entry.position) === entry) this.unsure.delete(entry.position);
      if (answer.fate === 'saved' || answer.fate === 'late') this.told(entry, answer);
    } catch { /* no connection: it is shown as not saved for as long */ }
  }

  settled(position) {
    const item = this.items.get(position);
    this.state(item, item?.querySelector('input:checked') ? 'confirmed' : 'none');
  }

  chosen(event) {
    const item = event.target.closest('.item');
    if (item && !this.stopped) this.note(item);
  }

  note(item) {
    const choice = [...item.querySelectorAll('input:checked')].map((input) => input.value);
    this.device.choose(item.dataset.position, choice, this.course.left());
    this.unsure.delete(Number(item.dataset.position));
    this.state(item, 'device');
    this.handIn.changed();
    this.showAll();
    this.sender.send();
  }

  clicked(event) {
    const item = event.target.closest('.item');
    const flag = event.target.closest('.flag');
    if (flag) {
      const on = flag.getAttribute('aria-pressed') !== 'true';
      flag.setAttribute('aria-pressed', String(on));
      this.device.flag(item.dataset.position, on);
      this.showAll();
    } else if (event.target.closest('[data-clear]')) {
      item.querySelectorAll('input:checked').forEach((input) => { input.checked = false; });
      this.note(item);
      item.querySelector('input').focus();
    } else if (event.target.closest('[data-hand-in]')) {
      event.preventDefault();
      this.handIn.press();
    } else if (event.target.closest('[data-pulse-now]')) this.course.soon();
    else if (event.target.closest('.exam-nav a') && !DESK.matches) event.target.closest('.exam-side').querySelector('details').open = false;
  }

  // ---- what becomes of a choice ----

  sending({ position }) {
    this.state(this.items.get(String(position)), 'sent');
    this.showAll();
  }

  told({ position }, { fate, data, took, status }) {
    const item = this.items.get(String(position));
    if (fate === 'saved') {
      if (this.device.of(position)) this.state(item, 'device'); else this.settled(String(position));
      this.course.clock.hear(data.left_ms, took);
      this.heard();
    } else if (fate === 'late') {
      this.late += 1;
      this.state(item, 'late');
    } else {
      this.state(item, 'device');
      if (fate === 'refused') this.refused(data);
      if (fate === 'unheard') this.tell(this.unheardWords(status));
    }
    this.showAll();
  }

  /** The sender has stopped for now: with nothing left, or to try again later. */
  sent() {
    this.showAll();
    if (this.stopped || this.device.waiting().length) return;
    if (this.device.queued) this.handIn.deliver();
    else if (this.course.up || this.late) this.course.soon();
  }

  /** The server did not know us, or would not have it: signed out, or an old page. */
  async unheard(status) {
    this.tell(this.unheardWords(status));
    const token = await this.renewed();
    if (!token || token === this.token) return;
    this.sender.token = token;
    setTimeout(() => this.course.soon(), 1100); // it asks no more than once a second
  }

  unheardWords(status) {
    return [400, 401, 404].includes(status) ? this.words.signedOut : this.words.trouble;
  }

  /** The server knows us: what was told of trouble is over. */
  heard() {
    const told = this.form.querySelector('[data-told-text]').textContent;
    if (told === this.words.signedOut || told === this.words.trouble) this.tell('');
    if (this.sender.failures && !this.sender.running) this.sender.hurry();
    for (const entry of this.unsure.values()) this.again(entry);
  }

  /** Whoever signed in again in another window brings a valid token. Not as far as the sign-in page: it begins a session. */
  async renewed() {
    try {
      const answer = await fetch(this.form.dataset.pageUrl, { redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(15000) });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      return page.querySelector('[data-token]')?.dataset.token;
    } catch {
      return null;
    }
  }

  /** It was refused for good; the words say why. */
  refused(data, words) {
    if (data.code === 'taken_over') this.course.pulse().then(() => this.stop(data.message));
    else if (data.code === 'not_on_paper') this.stop(data.message);
    else this.ends(words || data.message);
  }

  // ---- how the sitting goes on ----

  paused(since) {
    const box = this.form.querySelector('[data-paused]');
    box.querySelector('[data-paused-title]').textContent = fill(this.words.pausedSince, { time: since });
    this.hide(true);
    box.hidden = false;
    box.focus();
  }

  goesOn() {
    this.form.querySelector('[data-paused]').hidden = true;
    this.hide(false);
    this.announce(this.words.goesOn);
  }

  timeUp() {
    this.lock(true);
    this.sayOver(true);
    this.sender.hurry();
  }

  /** More time was given, or the exam was paused just then. */
  timeAgain() {
    if (this.stopped) return;
    clearTimeout(this.going);
    this.going = null;
    this.lock(false);
    this.tell('');
    this.showAll();
  }

  sayOver(reached) {
    const n = this.device.waiting().length;
    if (n) this.tell(fill(this.words.overWaiting, { n, until: this.course.until }));
    else this.tell(reached ? this.words.over : this.words.overOffline);
  }

  /** The server says that the time is over: what waits is still sent, then comes the receipt. */
  over(state) {
    if (this.stopped) return;
    this.lock(true);
    if (this.device.waiting().length) { this.sayOver(true); this.sender.hurry(); }
    else if (this.device.queued) this.handIn.deliver();
    else if (this.late) this.ends('');
    else { this.sayOver(true); this.receiptSoon(state === 'closed' ? 500 : 2500); }
  }

  receiptSoon(wait) {
    this.going ??= setTimeout(() => this.leave(this.form.dataset.receiptUrl), wait);
  }

  takenOver(since) {
    this.stop(since ? fill(this.words.takenOver, { time: since }) : '');
  }

  /** The paper is closed; what happened is said, and the receipt tells the rest. */
  ends(words) {
    const late = this.late ? fill(this.words.cameLate, { n: this.late }) : '';
    this.form.querySelector('[data-reload]').hidden = true;
    this.form.querySelector('[data-to-receipt]').hidden = false;
    this.stop([words, late].filter(Boolean).join('\n'));
  }

  /** No more choices here: the time is up, the paper is handed in, or another device goes on. */
  stop(message) {
    if (this.stopped) return;
    this.stopped = true;
    this.sender.stop();
    this.course.end();
    this.lock(true);
    this.tell('');
    const box = this.form.querySelector('[data-stopped]');
    box.querySelector('[data-stopped-text]').textContent = message;
    box.hidden = false;
    box.scrollIntoView({ block: 'center' });
    this.showAll();
  }

  leave(url) {
    this.leaving = true;
    if (url.endsWith('/receipt') && !this.device.waiting().length) this.device.forget();
    window.location.assign(url);
  }
}

/** Whether somebody chose before this script was there: a slow network brings the page first. */
function changed(item) {
  return [...item.querySelectorAll('input')].some((input) => input.checked !== input.defaultChecked);
}
