// One sitting on this device: its choices that are not confirmed yet, its flags, its hand-in that
// waits for the connection. Places, option ids and times only: nothing of a question. Each choice
// is an entry of its own, so that two tabs of one browser do not overwrite each other's.

import { store } from './store.js';

const CHOICE = 'examapp.choice.';
const HAND_IN = 'examapp.hand-in.';

export class Device {
  constructor({ sitting, lease, nextSeq, pageUrl }) {
    Object.assign(this, { sitting, lease: Number(lease), url: pageUrl });
    this.choices = `${CHOICE}${sitting}.${lease}.`;
    this.numbers = `examapp.seq.${sitting}.${lease}`;
    this.flagged = `examapp.flags.${sitting}`;
    this.handIn = HAND_IN + sitting;
    this.raise(Number(nextSeq));
  }

  /** Numbers only go up, in all tabs of this browser. */
  raise(least) {
    store.set(this.numbers, Math.max(store.get(this.numbers) || 1, least));
  }

  number() {
    const seq = store.get(this.numbers) || 1;
    store.set(this.numbers, seq + 1);
    return seq;
  }

  /** `left` is how many milliseconds there were when the choice was made. */
  choose(position, choice, left) {
    const { sitting, lease, url } = this;
    store.set(this.choices + position, {
      sitting, lease, url, position: Number(position), seq: this.number(), choice, left, at: Date.now(),
    });
  }

  of(position) {
    return store.get(this.choices + position);
  }

  /** Forget a choice that the server has, unless it was changed meanwhile. */
  settle(position, seq) {
    if (this.of(position)?.seq === seq) store.remove(this.choices + position);
  }

  renumber(position, free) {
    this.raise(free || 1);
    const kept = this.of(position);
    if (kept) store.set(this.choices + position, { ...kept, seq: this.number() });
  }

  waiting() {
    return store.keys(this.choices).map((key) => store.get(key)).filter(Boolean).sort((a, b) => a.seq - b.seq);
  }

  get flags() {
    return store.get(this.flagged) || {};
  }

  flag(position, on) {
    const flags = this.flags;
    if (on) flags[position] = true; else delete flags[position];
    store.set(this.flagged, flags);
  }

  get queued() {
    const waits = store.get(this.handIn);
    return waits?.lease === this.lease ? waits : null; // another lease's is told by deliver.js
  }

  queue(left) {
    const { sitting, lease, url } = this;
    store.set(this.handIn, { sitting, lease, url, left, at: Date.now() });
  }

  unqueue() {
    store.remove(this.handIn);
  }

  /** The sitting is over, and nothing of it waits. */
  forget() {
    for (const key of [this.numbers, this.flagged]) store.remove(key);
  }
}

/** Everything that waits on this device, of whatever sitting: [key, entry] pairs. */
export function everythingWaiting() {
  const entries = (prefix) => store.keys(prefix).map((key) => [key, store.get(key)]).filter(([, entry]) => entry?.url);
  return { choices: entries(CHOICE), handIns: entries(HAND_IN) };
}
