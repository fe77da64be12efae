// Handing in: by the summary where the server answers; else it waits on this device, is shown as
// not yet handed in, and goes as soon as the connection is back.

import { fill } from './course.js';
import { handIn } from './wire.js';

export class HandIn {
  constructor(page) {
    this.page = page;
    this.form = page.form;
    this.panel = this.form.querySelector('[data-offline]');
    this.banner = this.form.querySelector('[data-queued]');
    this.panel.querySelector('[data-queue]').addEventListener('click', () => this.queue());
    this.panel.querySelector('[data-offline-back]').addEventListener('click', () => this.close());
    this.panel.addEventListener('click', (event) => { if (event.target.closest('[data-offline-links] a')) this.panel.hidden = true; });
    this.banner.querySelector('[data-unqueue]').addEventListener('click', () => { this.page.device.unqueue(); this.show(); });
  }

  /** The button: all that waits is sent first; where it cannot be, the panel opens. */
  async press() {
    if (this.pressing) return;
    this.pressing = true;
    const wait = new Promise((done) => { setTimeout(done, 4000, false); });
    const sent = await Promise.race([this.page.sender.hurry(), wait]);
    const heard = sent && await this.page.course.pulse(4000);
    this.pressing = false;
    if (this.page.stopped) return;
    if (heard && !this.page.device.waiting().length) {
      this.page.device.unqueue();
      this.page.leave(this.form.dataset.summaryUrl);
    } else this.open();
  }

  open() {
    const { items, device, words } = this.page;
    const missing = [...items].filter(([, item]) => !item.querySelector('input:checked')).map(([place]) => place);
    const values = { n: items.size - missing.length, all: items.size };
    this.panel.querySelector('[data-offline-answered]').textContent = fill(words.of, values);
    this.panel.querySelector('[data-offline-waiting]').textContent = String(device.waiting().length);
    this.panel.querySelector('[data-offline-missing]').hidden = missing.length === 0;
    this.panel.querySelector('[data-offline-links]').replaceChildren(...missing.flatMap((place, i) => {
      const link = Object.assign(document.createElement('a'), { href: `#item-${place}`, textContent: place });
      return i ? [words.comma, link] : [link];
    }));
    this.panel.hidden = false;
    this.panel.scrollIntoView({ block: 'start' });
    this.panel.focus({ preventScroll: true });
  }

  close() {
    this.panel.hidden = true;
    this.form.querySelector('[data-paper] [data-hand-in]').focus();
  }

  queue() {
    this.page.device.queue(this.page.course.left());
    this.panel.hidden = true;
    this.show();
    this.banner.querySelector('[data-unqueue]').focus();
    this.page.sender.hurry();
  }

  /** A choice was changed: what waits is not what the candidate meant to hand in. */
  changed() {
    if (!this.page.device.queued) return;
    this.page.device.unqueue();
    this.page.tell(this.page.words.changed);
    this.show();
  }

  show() {
    const queued = Boolean(this.page.device.queued) && !this.page.stopped;
    this.banner.hidden = !queued;
    if (!queued) return;
    const { words, course, device } = this.page;
    const n = device.waiting().length;
    const text = fill(n ? words.queuedWaiting : words.queuedAlone, { n, until: course.until });
    const place = this.banner.querySelector('[data-queued-text]');
    if (place.textContent !== text) place.textContent = text;
  }

  /** Everything is confirmed: now the paper itself. */
  async deliver() {
    const queued = this.page.device.queued;
    if (!queued || this.delivering || this.page.stopped) return;
    this.delivering = true;
    try {
      const { fate, data, status } = await handIn(queued, this.page.token);
      if (fate !== 'unheard') this.page.device.unqueue();
      if (fate === 'handed in') this.page.leave(data.receipt);
      else if (fate === 'refused') this.page.refused(data, this.page.words.handedInLate);
      else await this.page.unheard(status);
    } catch { /* no connection: the next pulse that comes through tries again */ }
    this.delivering = false;
    this.show();
  }
}
