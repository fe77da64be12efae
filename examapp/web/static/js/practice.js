// A practice run: choices are kept in this browser until it is handed in (places and option ids
// only, nothing of a question), and a mock shows its clock. Without scripts the form does it all.

const PREFIX = 'examapp-practice:';
const WARN_AT = [600, 300, 60];

function store(act) {
  try { return act(localStorage); } catch { return null; } // a full or forbidden store does no harm
}

function forget(but) {
  store((kept) => {
    for (const key of Object.keys(kept)) if (key.startsWith(PREFIX) && key !== but) kept.removeItem(key);
  });
}

class Run {
  constructor(form) {
    this.form = form;
    this.name = PREFIX + form.dataset.practice;
    this.items = [...form.querySelectorAll('.item')];
    this.words = form.querySelector('[data-words]')?.dataset;
  }

  begin() {
    forget(this.name);
    this.restore();
    this.form.addEventListener('change', () => { this.keep(); this.show(); });
    this.form.addEventListener('click', (event) => {
      const wide = matchMedia('(min-width: 62.5rem)').matches;
      const flag = event.target.closest('.flag');
      if (flag) {
        flag.setAttribute('aria-pressed', String(!isFlagged(flag)));
        this.keep();
        this.show();
      }
      if (!wide && event.target.closest('.exam-nav a')) this.form.querySelector('.exam-fold').open = false;
    });
    this.form.addEventListener('focusin', (event) => this.here(event.target.closest('.item')));
    this.show();
    if (this.words) this.startClock();
  }

  /** Put back what was chosen here, unless the server has sent choices of its own. */
  restore() {
    const { chosen = {}, flags = [] } = JSON.parse(store((all) => all.getItem(this.name)) || '{}');
    const sent = Boolean(this.form.querySelector('.item input:checked'));
    for (const item of this.items) {
      const { position } = item.dataset;
      item.querySelector('.flag')?.setAttribute('aria-pressed', String(flags.includes(position)));
      if (sent) continue;
      for (const input of item.querySelectorAll('input')) input.checked = (chosen[position] || []).includes(input.value);
    }
  }

  chosen(item) {
    return [...item.querySelectorAll('input:checked')].map((input) => input.value);
  }

  keep() {
    const chosen = Object.fromEntries(this.items.map((item) => [item.dataset.position, this.chosen(item)]));
    const flags = this.items.filter((item) => isFlagged(item.querySelector('.flag'))).map((item) => item.dataset.position);
    store((kept) => kept.setItem(this.name, JSON.stringify({ chosen, flags })));
  }

  show() {
    const links = this.form.querySelectorAll('.exam-nav a');
    let answered = 0;
    for (const link of links) {
      const item = this.form.querySelector(`#item-${link.dataset.n}`);
      const any = this.chosen(item).length > 0;
      link.classList.toggle('is-answered', any);
      link.classList.toggle('is-flagged', isFlagged(item.querySelector('.flag')));
      answered += any;
    }
    const count = this.form.querySelector('.exam-count');
    if (count) count.textContent = fill(this.words.answered, { n: answered, all: links.length });
  }

  here(item) {
    if (!item) return;
    for (const link of this.form.querySelectorAll('.exam-nav a')) {
      const current = link.dataset.n === item.dataset.position;
      link.classList.toggle('is-current', current);
      if (current) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
  }

  startClock() {
    const seconds = Number(this.form.dataset.remaining);
    this.endsAt = performance.now() + seconds * 1000;
    this.warned = new Set(WARN_AT.filter((limit) => seconds <= limit));
    this.tick();
    this.timer = setInterval(() => this.tick(), 500);
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
    const clock = this.form.querySelector('[data-clock]');
    const text = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map((n) => String(n).padStart(2, '0')).join(':');
    if (clock.textContent !== text) clock.textContent = text;
    clock.parentElement.classList.toggle('is-low', left <= 300 && left > 60);
    clock.parentElement.classList.toggle('is-last', left <= 60);
    for (const limit of WARN_AT.filter((one) => left <= one && left > 0 && !this.warned.has(one))) {
      this.warned.add(limit);
      this.form.querySelector('[data-announce]').textContent = limit === 60 ? this.words.minute : fill(this.words.minutes, { n: limit / 60 });
    }
    if (left === 0) {
      clearInterval(this.timer);
      this.form.querySelector('[data-over]').hidden = false;
    }
  }
}

function isFlagged(flag) {
  return flag?.getAttribute('aria-pressed') === 'true';
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const form = document.querySelector('form[data-practice]');
if (form) new Run(form).begin(); else forget();
