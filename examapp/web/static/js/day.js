// The exam day keeps itself up to date: the counts and the table are fetched again, nothing else.
const EVERY = 15000;
const JITTER = 3000;
let waits = 0;

const url = document.querySelector('[data-live]')?.dataset.live;

function busy() {
  const at = document.activeElement;
  return Boolean(at && (at.matches('input, select, textarea') || at.closest('[data-live] form')));
}

function focusedLink(region) {
  const at = document.activeElement;
  return at && region.contains(at) && at.matches('a[href]') ? at.getAttribute('href') : null;
}

function replace(fresh) {
  for (const region of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(region.id);
    if (!next) continue;
    const href = focusedLink(region);
    region.replaceChildren(...next.childNodes);
    if (href) [...region.querySelectorAll('a[href]')].find((a) => a.getAttribute('href') === href)?.focus({ preventScroll: true });
  }
}

function stale(is) {
  for (const note of document.querySelectorAll('[data-stale]')) note.hidden = !is;
}

async function refresh() {
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.redirected) return location.assign(url); // signed out meanwhile: say so
    if (!answer.ok) return stale(true);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!busy()) replace(fresh);
  } catch {
    stale(true);
  }
  return undefined;
}

function plan() {
  clearTimeout(waits);
  waits = setTimeout(turn, EVERY + (Math.random() * 2 - 1) * JITTER);
}

async function turn() {
  if (document.hidden) return; // goes on when somebody looks again
  if (!busy()) await refresh();
  plan();
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) turn(); });
if (url) plan();
