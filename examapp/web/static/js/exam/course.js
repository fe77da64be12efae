// How the sitting goes on: the clock on the page, and what the server says of it now and then -
// a pause, more time, another device, the end.

import { Clock, spelled, toldAt } from './clock.js';
import { post } from './wire.js';

const WARN_AT = [600, 300, 60]; // seconds
const EVERY = { visible: 30000, hidden: 60000, soon: 8000, over: 5000 };
const SLEPT = 2000; // the two timers differ by more: the device was asleep, or its clock was set

export class Course {
  /** `page` is told: paused(since), goesOn(), timeUp(), timeAgain(), takenOver(since), closed(). */
  constructor(form, words, page) {
    Object.assign(this, { form, words, page });
    this.clock = new Clock(Number(form.dataset.left), toldAt());
    this.state = 'open';
    this.up = false;
    this.until = form.querySelector('[data-counts-until]').textContent;
    this.warned = new Set(WARN_AT.filter((limit) => this.clock.left() <= limit * 1000));
    this.drift = Date.now() - performance.now();
  }

  begin() {
    this.tick();
    this.ticking = setInterval(() => this.tick(), 250);
    this.plan(2000 + Math.random() * 6000);
    const look = () => { if (document.visibilityState === 'visible') this.soon(); };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.soon(); });
    window.addEventListener('online', () => this.soon());
  }

  end() {
    this.ended = true;
    clearInterval(this.ticking);
    clearTimeout(this.planned);
  }

  left() {
    return this.clock.left();
  }

  tick() {
    const drift = Date.now() - performance.now();
    if (Math.abs(drift - this.drift) > SLEPT) this.soon();
    this.drift = drift;
    const left = this.left();
    this.paint(left);
    if (this.state === 'paused') return;
    for (const limit of WARN_AT) {
      if (left <= limit * 1000 && !this.warned.has(limit)) {
        this.warned.add(limit);
        this.page.announce(limit === 60 ? this.words.minute : fill(this.words.minutes, { n: limit / 60 }));
      }
    }
    if (left <= 0 && !this.up) {
      this.up = true;
      this.page.timeUp();
      this.pulse().then((heard) => { if (!heard && this.up && !this.ended) this.page.sayOver(false); });
    } else if (left > 0 && this.up) {
      this.up = false;
      this.page.timeAgain();
    }
  }

  paint(left) {
    const clock = this.form.querySelector('[data-clock]');
    const text = this.state === 'paused' ? fill(this.words.still, { time: spelled(left) }) : spelled(left);
    if (clock.textContent !== text) clock.textContent = text;
    const runs = this.state !== 'paused';
    clock.parentElement.classList.toggle('is-low', runs && left <= 300000 && left > 60000);
    clock.parentElement.classList.toggle('is-last', runs && left <= 60000);
  }

  plan(wait) {
    clearTimeout(this.planned);
    if (!this.ended) this.planned = setTimeout(() => this.pulse(), wait);
  }

  rhythm() {
    const awaited = this.state === 'paused' || this.page.device.queued;
    const kind = this.up ? 'over' : awaited ? 'soon' : document.visibilityState;
    return (EVERY[kind] || EVERY.hidden) * (0.8 + Math.random() * 0.4);
  }

  /** Ask the server now, but not twice within a second. */
  soon() {
    if (!this.asking && performance.now() - (this.asked ?? -Infinity) > 1000) this.pulse();
  }

  /** Whether the server answered; what it said has been told to the page then. */
  async pulse(patience = 10000) {
    this.asking ??= this.ask(patience).finally(() => {
      this.asking = null;
      this.asked = performance.now();
      this.plan(this.rhythm());
    });
    return this.asking;
  }

  async ask(patience) {
    let answer;
    try {
      answer = await post(this.form.dataset.pulseUrl, this.page.token, {}, patience);
    } catch {
      return false;
    }
    const { status, data, took } = answer;
    if (status !== 200 || !data.state) {
      if (status >= 400) this.page.unheard(status);
      return status >= 400;
    }
    if (!this.ended) this.hear(data, took);
    return true;
  }

  hear(data, took) {
    this.until = data.counts_until;
    this.form.querySelector('[data-counts-until]').textContent = data.counts_until;
    if (data.lease !== Number(this.form.dataset.lease) && data.state !== 'closed') {
      this.page.takenOver(data.since);
      return;
    }
    const was = this.state;
    this.state = data.state;
    if (data.state === 'paused') {
      this.clock.stand(data.left_ms);
      if (this.up) { this.up = false; this.page.timeAgain(); }
      if (was !== 'paused') this.page.paused(data.since);
    } else {
      this.clock.run();
      this.clock.hear(data.left_ms, took);
      if (was === 'paused') this.page.goesOn();
    }
    this.tick();
    this.page.heard();
    if (data.state === 'over' || data.state === 'closed') this.page.over(data.state);
    else if (this.page.device.queued) this.page.sender.hurry();
  }
}

/** A text with its places filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
