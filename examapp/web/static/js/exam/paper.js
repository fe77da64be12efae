// What the exam page shows: the items and their states, the sums, the navigator, what is told.

import { fill } from './course.js';
import { store } from './store.js';

export class Paper {
  constructor(form) {
    this.form = form;
    this.words = form.querySelector('[data-words]').dataset;
    this.items = new Map([...form.querySelectorAll('.item')].map((item) => [item.dataset.position, item]));
  }

  put(position, choice) {
    const item = this.items.get(position);
    if (item) for (const input of item.querySelectorAll('input')) input.checked = choice.includes(input.value);
  }

  here(item) {
    if (!item) return;
    for (const link of this.form.querySelectorAll('.exam-nav a')) {
      const current = link.dataset.n === item.dataset.position;
      link.classList.toggle('is-current', current);
      if (current) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
  }

  hide(yes) {
    this.form.querySelector('[data-paper]').hidden = yes;
    this.form.querySelector('.exam-side').hidden = yes;
    if (yes) this.form.querySelector('[data-offline]').hidden = true;
  }

  lock(yes) {
    this.form.querySelectorAll('.item input').forEach((input) => { input.disabled = yes; });
    this.form.querySelectorAll('[data-hand-in]').forEach((button) => { button.disabled = yes; });
  }

  state(item, state) {
    if (item) item.querySelector('.item-state').dataset.state = state;
  }

  announce(text) {
    this.form.querySelector('[data-announce]').textContent = text;
  }

  /** Something to know while going on; nothing takes it away again. */
  tell(text) {
    const box = this.form.querySelector('[data-told]');
    if (box.querySelector('[data-told-text]').textContent === text) return;
    box.querySelector('[data-told-text]').textContent = text;
    box.hidden = !text;
  }

  showAll() {
    let answered = 0;
    const pending = new Set(this.device.waiting().map(({ position }) => String(position)));
    const flags = this.device.flags;
    for (const [position, item] of this.items) {
      const any = Boolean(item.querySelector('input:checked'));
      const state = item.querySelector('.item-state').dataset.state;
      if (pending.has(position) && state !== 'sent') this.state(item, 'device');
      answered += any;
      item.querySelector('[data-clear]').hidden = !any || this.stopped || this.course.up;
      const link = this.form.querySelector(`.exam-nav a[data-n="${position}"]`);
      link.classList.toggle('is-answered', any);
      link.classList.toggle('is-flagged', Boolean(flags[position]));
    }
    this.form.querySelector('.exam-count').textContent = fill(this.words.answered, { n: answered, all: this.items.size });
    this.showSum(pending.size, answered);
    this.form.querySelector('[data-volatile]').hidden = store.lasting;
    this.handIn.show();
  }

  showSum(waiting, answered) {
    const sum = this.form.querySelector('[data-save-sum]');
    const failing = waiting > 0 && this.sender.failures > 0;
    const text = waiting ? fill(failing ? this.words.failing : this.words.waiting, { n: waiting })
      : this.late ? fill(this.words.someLate, { n: this.form.querySelectorAll('[data-state="confirmed"]').length, late: this.late })
      : answered ? fill(this.words.all, { n: answered }) : this.words.none;
    sum.classList.toggle('is-waiting', waiting > 0 && !failing);
    sum.classList.toggle('is-failing', failing);
    if (sum.textContent !== text) sum.textContent = text;
  }
}
