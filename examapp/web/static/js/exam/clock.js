// How much time is left, by the server's word and the browser's steady timer: what the device
// believes the time of day to be plays no part.

const NOTHING = 250; // a smaller difference is the network's

export class Clock {
  /** `left` milliseconds there were at the moment `asOf` of performance.now(). */
  constructor(left, asOf) {
    this.endsAt = asOf + left;
    this.standing = null;
  }

  left() {
    return Math.round(this.standing ?? this.endsAt - performance.now());
  }

  /** The server says how much is left, in an answer that took so long to come. */
  hear(left, took) {
    if (this.standing !== null) return;
    const endsAt = performance.now() + left - took / 2;
    if (Math.abs(endsAt - this.endsAt) > NOTHING + took / 2) this.endsAt = endsAt;
  }

  /** The time stands still at `left` until `run`. */
  stand(left) {
    this.standing = left;
  }

  run() {
    if (this.standing === null) return;
    this.endsAt = performance.now() + this.standing;
    this.standing = null;
  }
}

/** When the page was told how much time is left: as its first byte came, not when it was read. */
export function toldAt() {
  const [page] = performance.getEntriesByType('navigation');
  return page?.responseStart > 0 ? page.responseStart : performance.now();
}

/** 1:02:03, counted up to the full second. */
export function spelled(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) => String(n).padStart(2, '0')).join(':');
}
