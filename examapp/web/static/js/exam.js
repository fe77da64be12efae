// The exam page: every choice is kept on the device, numbered, sent, and shown as saved only
// when the server has confirmed it. Nothing of a question is stored, only places and option ids.

const RETRY = [1, 2, 4, 8, 15, 30];
const WARN_AT = [600, 300, 60];

/** What is not confirmed yet, kept in this browser until it is. */
class Device {
  constructor(sitting, lease, nextSeq) {
    this.name = `examapp:${sitting}:${lease}`;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('examapp:') && !key.startsWith(`examapp:${sitting}:`)) localStorage.removeItem(key);
    }
    const kept = JSON.parse(localStorage.getItem(this.name) || '{}');
    this.seq = Math.max(nextSeq, kept.seq || 1);
    this.pending = kept.pending || {};
    this.flags = kept.flags || {};
  }
  choose(position, choice) {
    this.pending[position] = { seq: this.seq++, choice };
    this.keep();
  }
  confirm(position, seq) {
    if (this.pending[position] && this.pending[position].seq === seq) delete this.pending[position];
    this.keep();
  }
  renumber(position, next) {
    this.seq = Math.max(this.seq, next);
    if (this.pending[position]) this.pending[position].seq = this.seq++;
    this.keep();
  }
  flag(position, on) {
    if (on) this.flags[position] = true; else delete this.flags[position];
    this.keep();
  }
  keep() {
    try {
      localStorage.setItem(this.name, JSON.stringify({ seq: this.seq, pending: this.pending, flags: this.flags }));
    } catch { /* a full or forbidden store: sending goes on all the same */ }
  }
  waiting() {
    return Object.entries(this.pending).sort(([, a], [, b]) => a.seq - b.seq);
  }
}

class ExamPage {
  constructor(form) {
    this.form = form;
    this.words = form.querySelector('[data-words]').dataset;
    this.items = new Map([...form.querySelectorAll('.item')].map((item) => [item.dataset.position, item]));
    this.device = new Device(form.dataset.sitting, form.dataset.lease, Number(form.dataset.nextSeq));
    this.endsAt = performance.now() + Number(form.dataset.remaining) * 1000;
    this.failures = 0;
    this.sending = false;
    this.stopped = false;
    this.warned = new Set(WARN_AT.filter((limit) => Number(form.dataset.remaining) <= limit));
  }

  begin() {
    this.restore();
    this.form.querySelectorAll('[data-plain-save]').forEach((button) => { button.hidden = true; });
    this.form.addEventListener('change', (event) => this.chosen(event));
    this.form.addEventListener('click', (event) => this.clicked(event));
    this.form.addEventListener('focusin', (event) => this.here(event.target.closest('.item')));
    window.addEventListener('online', () => this.send());
    window.addEventListener('beforeunload', (event) => { if (this.device.waiting().length && !this.stopped) event.preventDefault(); });
    this.showAll();
    this.send();
    this.tick();
    this.timer = setInterval(() => this.tick(), 500);
  }

  /** Put back what this browser kept and the server does not know yet. */
  restore() {
    for (const [position, { choice }] of this.device.waiting()) {
      const item = this.items.get(position);
      if (item) for (const input of item.querySelectorAll('input')) input.checked = choice.includes(input.value);
    }
    for (const position of Object.keys(this.device.flags)) this.items.get(position)?.querySelector('.flag').setAttribute('aria-pressed', 'true');
  }

  chosen(event) {
    const item = event.target.closest('.item');
    if (!item || this.stopped) return;
    this.note(item);
  }

  note(item) {
    const choice = [...item.querySelectorAll('input:checked')].map((input) => input.value);
    this.device.choose(item.dataset.position, choice);
    this.state(item, 'device');
    this.showAll();
    this.send();
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
      this.handIn();
    } else if (event.target.closest('.exam-nav a') && !matchMedia('(min-width: 62.5rem)').matches) {
      event.target.closest('.exam-side').querySelector('details').open = false;
    }
  }

  here(item) {
    if (!item) return;
    for (const link of this.form.querySelectorAll('.exam-nav a')) {
      const current = link.dataset.n === item.dataset.position;
      link.classList.toggle('is-current', current);
      if (current) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
  }

  /** Send what waits, one after the other, the oldest first. */
  async send() {
    if (this.sending || this.stopped) return;
    clearTimeout(this.retry);
    this.sending = true;
    try {
      let next;
      while (!this.stopped && (next = this.device.waiting()[0])) await this.sendOne(...next);
      this.failures = 0;
    } catch {
      this.failures += 1;
      const wait = RETRY[Math.min(this.failures, RETRY.length) - 1] * (0.75 + Math.random() / 2);
      this.retry = setTimeout(() => this.send(), wait * 1000);
    } finally {
      this.sending = false;
      this.showAll();
    }
  }

  async sendOne(position, { seq, choice }) {
    const item = this.items.get(position);
    this.state(item, 'sent');
    this.showAll();
    let answer;
    try {
      answer = await fetch(this.form.dataset.saveUrl, {
        method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(15000),
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': this.form.dataset.token },
        body: JSON.stringify({ lease: Number(this.form.dataset.lease), seq, position: Number(position), choice }),
      });
      if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    } catch (error) {
      this.state(item, 'device');
      throw error;
    }
    if (answer.ok) {
      this.device.confirm(position, seq);
      const later = this.device.pending[position];
      const any = item.querySelector('input:checked');
      this.state(item, later ? 'device' : any ? 'confirmed' : 'none');
      this.failures = 0;
      return;
    }
    this.state(item, 'device');
    const refusal = answer.type === 'opaqueredirect' ? {} : await answer.json().catch(() => ({}));
    if (refusal.code === 'out_of_order') this.device.renumber(position, refusal.next_seq);
    else if (refusal.code === 'not_on_paper') { this.device.confirm(position, seq); this.stop(refusal.message); }
    else this.stop(answer.status === 401 || answer.status === 400 ? this.words.signedOut : refusal.message || this.words.signedOut);
  }

  /** No more choices here: the time is up, the paper is handed in, or another device goes on. */
  stop(message) {
    this.stopped = true;
    clearInterval(this.timer);
    this.form.querySelectorAll('.item input').forEach((input) => { input.disabled = true; });
    const box = this.form.querySelector('[data-stopped]');
    box.querySelector('[data-stopped-text]').textContent = message;
    box.hidden = false;
    box.scrollIntoView({ block: 'center' });
    this.showAll();
  }

  async handIn() {
    await this.send();
    for (let i = 0; i < 20 && (this.sending || this.device.waiting().length) && !this.failures && !this.stopped; i += 1) {
      await new Promise((done) => setTimeout(done, 150));
    }
    if (this.stopped) return;
    if (this.device.waiting().length) this.announce(this.words.notYet, true);
    else window.location.assign(this.form.dataset.summaryUrl);
  }

  state(item, state) {
    item.querySelector('.item-state').dataset.state = state;
  }

  announce(text, visibly) {
    this.form.querySelector('[data-announce]').textContent = text;
    if (visibly) this.form.querySelector('[data-save-sum]').textContent = text;
  }

  showAll() {
    const waiting = this.device.waiting().length;
    let answered = 0;
    for (const [position, item] of this.items) {
      const any = Boolean(item.querySelector('input:checked'));
      if (this.device.pending[position] && item.querySelector('.item-state').dataset.state !== 'sent') this.state(item, 'device');
      answered += any;
      item.querySelector('[data-clear]').hidden = !any || this.stopped;
      const link = this.form.querySelector(`.exam-nav a[data-n="${position}"]`);
      link.classList.toggle('is-answered', any);
      link.classList.toggle('is-flagged', Boolean(this.device.flags[position]));
    }
    const count = { n: answered, all: this.items.size };
    this.form.querySelector('.exam-count').textContent = fill(this.words.answered, count);
    const sum = this.form.querySelector('[data-save-sum]');
    const text = waiting ? fill(this.failures ? this.words.failing : this.words.waiting, { n: waiting })
      : answered ? fill(this.words.all, { n: answered }) : this.words.none;
    sum.classList.toggle('is-waiting', waiting > 0 && !this.failures);
    sum.classList.toggle('is-failing', waiting > 0 && this.failures > 0);
    if (sum.textContent !== text) sum.textContent = text;
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
    const clock = this.form.querySelector('[data-clock]');
    const text = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map((n) => String(n).padStart(2, '0')).join(':');
    if (clock.textContent !== text) clock.textContent = text;
    clock.parentElement.classList.toggle('is-low', left <= 300 && left > 60);
    clock.parentElement.classList.toggle('is-last', left <= 60);
    for (const limit of WARN_AT) {
      if (left <= limit && !this.warned.has(limit)) {
        this.warned.add(limit);
        this.announce(limit === 60 ? this.words.minute : fill(this.words.minutes, { n: limit / 60 }));
      }
    }
    if (left === 0 && !this.stopped) {
      this.stop(this.words.over);
      setTimeout(() => window.location.assign(this.form.dataset.pageUrl), 2500);
    }
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

new ExamPage(document.querySelector('[data-exam]')).begin();
