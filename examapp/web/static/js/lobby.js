// The lobby counts down by the server's seconds and a steady clock (never the device's), and
// looks again: soon after the opening, each person a little later than the last, and else gently.

const TRY_AGAIN = 10_000; // after a failed look

class Lobby {
  constructor(box) {
    this.box = box;
    this.loaded = arrived();
    this.plan();
    setInterval(() => this.tick(), 1000);
    this.tick();
    // A page that slept, or came back by the browser's button, is out of date.
    window.addEventListener('pageshow', (event) => event.persisted && this.look());
    document.addEventListener('visibilitychange', () => document.hidden || this.due() || this.tick());
  }

  // When to look next, on the steady clock.
  plan() {
    const { seconds, spread, every } = this.box.dataset;
    this.opens = seconds === undefined ? null : this.loaded + Number(seconds) * 1000;
    const gently = performance.now() + Number(every) * 1000 * (0.8 + 0.4 * Math.random());
    const soon = performance.now() + 3000; // it should be open already: ask again before long
    const opening = Number(seconds) > 0 ? this.opens + Number(spread) * 1000 : soon;
    this.next = this.opens === null ? gently : Math.min(gently, opening);
  }

  due() {
    if (performance.now() < this.next || busy()) return false;
    this.look();
    return true;
  }

  tick() {
    this.show();
    this.due();
  }

  show() {
    const place = this.box.querySelector('[data-countdown]');
    if (!place || this.opens === null) return;
    place.textContent = spelled(Math.max(0, Math.ceil((this.opens - performance.now()) / 1000)));
    place.closest('[data-countdown-line]').hidden = false;
  }

  async look() {
    this.next = Infinity; // one look at a time
    try {
      const answer = await fetch(location.href, { cache: 'no-store' });
      if (answer.redirected || !answer.ok) return location.reload();
      const arrivedAt = performance.now();
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const now = page.getElementById(this.box.id);
      if (!now || now.dataset.lobby === undefined) return this.settle(now);
      this.replace(now, arrivedAt);
    } catch {
      this.lost(true);
      this.next = performance.now() + TRY_AGAIN;
    }
  }

  // Waiting is over: the whole page is made anew, for its rules may say something else.
  settle() {
    if (!busy()) return location.reload();
    this.next = performance.now() + 1000;
  }

  replace(now, arrivedAt) {
    // Whoever stands on a button with the keyboard stays there.
    if (!this.box.contains(document.activeElement)) this.box.innerHTML = now.innerHTML;
    for (const name of ['seconds', 'spread', 'every']) {
      if (now.dataset[name] === undefined) delete this.box.dataset[name];
      else this.box.dataset[name] = now.dataset[name];
    }
    this.loaded = arrivedAt;
    this.lost(false);
    this.plan();
    this.show();
  }

  lost(is) {
    const words = this.box.querySelector('[data-lost]');
    if (words) words.hidden = !is;
  }
}

// When the server's answer came in: its seconds count from there.
function arrived() {
  const [page] = performance.getEntriesByType('navigation');
  return page?.responseStart || performance.now();
}

// Nobody loses what they are just typing or choosing.
function busy() {
  return Boolean(document.activeElement?.matches('input, select, textarea'));
}

// 3:20, or 2:03:20.
export function spelled(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const two = (n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const box = document.querySelector('[data-lobby]');
if (box) new Lobby(box);
