// Sends what waits, the oldest choice first, one after the other; tries again, ever more patiently.

import { send } from './wire.js';

const RETRY = [1, 2, 4, 8, 15, 30]; // seconds
const STAYS = ['sitting_closed', 'taken_over']; // the next page says what became of it (deliver.js)

export class Sender {
  /** `told` is called with what became of each choice; `renewed` finds a valid token again. */
  constructor(device, token, { told, before, after, renewed }) {
    Object.assign(this, { device, token, told, before, after, renewed });
    this.failures = 0;
    this.stopped = false;
    this.running = null;
  }

  /** Send all there is; resolves to whether nothing waits any more. */
  send() {
    clearTimeout(this.retry);
    this.running ??= this.run().finally(() => { this.running = null; this.after(); });
    return this.running;
  }

  /** The same at once, although the last tries failed. */
  hurry() {
    this.failures = 0;
    return this.send();
  }

  async run() {
    try {
      let next;
      while (!this.stopped && (next = this.device.waiting()[0])) await this.one(next);
      this.failures = 0;
      return !this.stopped;
    } catch {
      this.failures += 1;
      const wait = RETRY[Math.min(this.failures, RETRY.length) - 1] * (0.75 + Math.random() / 2);
      if (!this.stopped) this.retry = setTimeout(() => this.send(), wait * 1000);
      return false;
    }
  }

  async one(entry) {
    this.before(entry);
    let answer;
    try {
      answer = await send(entry, this.token);
    } catch (error) {
      this.told(entry, { fate: 'failed' });
      throw error;
    }
    if (answer.fate === 'renumber') this.device.renumber(entry.position, answer.data.next_seq);
    else if (answer.fate !== 'unheard' && !STAYS.includes(answer.data.code)) this.device.settle(entry.position, entry.seq);
    if (answer.fate === 'refused') this.stop();
    this.told(entry, answer);
    if (answer.fate === 'unheard') {
      const token = await this.renewed();
      const again = token && !this.fresh; // with a new token once at once, then patiently
      [this.token, this.fresh] = [token || this.token, Boolean(token)];
      if (again) return;
      throw new Error('unheard');
    }
    this.failures = 0;
    this.fresh = false;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.retry);
  }
}
