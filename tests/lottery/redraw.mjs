// The lottery a second time: draws every paper of a public bundle again, in another language than the app does.
//
//     node tests/lottery/redraw.mjs bundle.json > papers.json
//     node tests/lottery/redraw.mjs --count bundle.json > papers.json
//
// Needs Node.js 18 or newer and nothing else. It was written from docs/lottery.md alone, and follows that page from top to bottom.
// What it prints is a JSON list, one object a paper in the bundle's order: candidate, number, try, digest, items.
// Exit status: 0 when all is as the bundle says, 1 when a paper is not the one that was drawn (stderr says which),
// 2 when the bundle contradicts itself or cannot be drawn from (nothing is printed then).
// With --count the last line of stderr is a JSON object that tells how often each step of the draw did something.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const TRIES_TO_FILL = 64;
const ROUNDS_OF_MENDING = 3;

class Refused extends Error {}

const counts = { deals: 0, levelled: 0, swaps: 0, replacements: 0, stuck: 0, mended: 0, plain: 0, unfilled: 0, moves: 0 };

// --- Texts, digests, exact numbers ---

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const hex = (...parts) => sha256(...parts).toString("hex");

// UTF-8 has the order of code points; JavaScript's own order of texts has not.
const byText = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort(byText).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** "2" or "3/2" as [numerator, denominator]. */
function fraction(text) {
  const found = /^(\d+)(?:\/([1-9]\d*))?$/.exec(text);
  if (!found) throw new Refused(`${text} is not a number such as 2 or 3/2`);
  return [BigInt(found[1]), BigInt(found[2] ?? 1)];
}

const divisor = (a, b) => (b === 0n ? a : divisor(b, a % b));
const multiple = (a, b) => (a / divisor(a, b)) * b;

/** Numbers are used only while they are exact. */
function exact(big) {
  const number = Number(big);
  if (!Number.isSafeInteger(number)) throw new Refused(`${big} is too large to be exact`);
  return number;
}

const span = (length) => Array.from({ length }, (_, place) => place);
const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** The first of those things whose measure is least; undefined when there are none. */
function least(things, measure) {
  let best;
  let size = Infinity;
  for (const thing of things) {
    const its = measure(thing);
    if (its < size) [best, size] = [thing, its];
  }
  return best;
}

// --- Stream ---

class Stream {
  #key;
  #block = 0n;
  #numbers = [];

  constructor(seed, ...label) {
    this.#key = sha256(seed, Buffer.of(0), label.map(String).join("\0"));
  }

  #number() {
    if (this.#numbers.length === 0) {
      const place = Buffer.alloc(8);
      place.writeBigUInt64BE(this.#block++);
      const block = sha256(this.#key, place);
      this.#numbers = [0, 8, 16, 24].map((offset) => block.readBigUInt64BE(offset));
    }
    return this.#numbers.shift();
  }

  below(n) {
    const end = 2n ** 64n - (2n ** 64n % BigInt(n));
    for (;;) {
      const number = this.#number();
      if (number < end) return Number(number % BigInt(n));
    }
  }

  shuffle(list) {
    const mixed = [...list];
    for (let last = mixed.length - 1; last >= 1; last--) {
      const place = this.below(last + 1);
      [mixed[last], mixed[place]] = [mixed[place], mixed[last]];
    }
    return mixed;
  }

  *picking(list) {
    const rest = [...list];
    for (let place = 0; place < rest.length; place++) {
      const other = place + this.below(rest.length - place);
      [rest[place], rest[other]] = [rest[other], rest[place]];
      yield rest[place];
    }
  }
}

// --- Pool, lines, target ---

const liesUnder = (topic, above) => topic === above || topic.startsWith(`${above}.`);

const accepts = (line, item) =>
  liesUnder(item.topic, line.topic) &&
  item.kind === line.kind &&
  (line.difficulty === null || item.difficulty === line.difficulty);

const clash = (one, other) => one.code === other.code || one.foes.has(other.code) || other.foes.has(one.code);

/** All items that a line accepts: topic after topic, easier and easier, then harder and harder, and so on. */
function listOf(line, pool) {
  const accepted = pool.filter((item) => accepts(line, item));
  const topics = [...new Set(accepted.map((item) => item.topic))].sort(byText);
  return topics.flatMap((topic, place) => {
    const rising = place % 2 === 0 ? 1 : -1;
    return accepted
      .filter((item) => item.topic === topic)
      .sort((one, other) => rising * (one.ease - other.ease) || byText(one.code, other.code));
  });
}

/** Everything about an exam that is the same for all papers. Points are whole numbers of 1/unit. */
class Exam {
  constructor(bundle) {
    this.seed = Buffer.from(bundle.seed, "hex");
    this.pool = bundle.pool.map((item) => ({ ...item, foes: new Set(item.enemies) }));
    this.tries = bundle.spec.tries;
    this.levelled = FORMATS[bundle.format];
    const points = bundle.spec.lines.map((line) => fraction(line.points));
    this.unit = points.reduce((unit, [, denominator]) => multiple(unit, denominator), 1n);
    this.lines = bundle.spec.lines.map((line, number) => ({
      ...line,
      number,
      worth: exact((points[number][0] * this.unit) / points[number][1]),
    }));
    if (this.levelled) this.#level(bundle.spec.tolerance);
  }

  #level(tolerance) {
    for (const line of this.lines) {
      line.list = listOf(line, this.pool);
      if (line.list.length < line.count) throw new Refused(`line ${line.number + 1} has too few items`);
    }
    this.columns = this.lines.flatMap((line) => span(line.count).map((j) => ({ line, j })));
    this.target = this.#target();
    this.aim = exact(this.target * this.unit);
    // The size of a deviation d is level when d <= tolerance * all / 100. Both sides are multiplied until they are whole.
    const [numerator, denominator] = fraction(tolerance);
    const all = BigInt(total(this.lines.map((line) => line.count * line.worth)));
    this.scale = exact(denominator * 100n * 5n);
    this.limit = exact(numerator * all * 10000n * 5n);
    exact(all * 10000n * 2n * BigInt(this.scale));
    this.papersADeal = this.#papersADeal();
  }

  /** In ten-thousandths of a point. */
  #target() {
    let numerator = 0n;
    let denominator = this.unit;
    for (const { count, worth, list } of this.lines) {
      const n = BigInt(list.length);
      const eases = BigInt(total(list.map((item) => item.ease)));
      numerator = numerator * n + BigInt(count * worth) * eases * (denominator / this.unit);
      denominator *= n;
    }
    return (2n * numerator + denominator) / (2n * denominator);
  }

  #papersADeal() {
    const ratio = Math.min(...this.lines.map((line) => Math.floor(line.list.length / line.count)));
    if (ratio < 8) return 8;
    if (ratio >= 64) return 16;
    return least([16, 15, 14, 13, 12, 11, 10, 9, 8], (papers) => -papers * Math.floor(ratio / papers));
  }

  /** How far a paper is from the target, in 1/(10000 * unit) points; entries are pairs of an item and its line. */
  deviation(entries) {
    return Math.abs(total(entries.map(({ item, line }) => line.worth * item.ease)) - this.aim);
  }

  isLevel(size) {
    return size * this.scale <= this.limit;
  }

  isWellLevel(size) {
    return size * this.scale * 5 <= this.limit * 2;
  }
}

// --- Deals ---

/** A table of papers: one row a paper, one column for each item of a paper. */
class Deal {
  constructor(exam, number) {
    this.exam = exam;
    this.number = number;
    this.papers = exam.papersADeal;
    this.stream = new Stream(exam.seed, "deal", number);
    this.table = span(this.papers).map(() => []);
    this.stuck = new Set();
    counts.deals++;
    this.#scatter(this.#choose());
    this.#level();
    this.#part();
    this.#mend();
    this.rows = this.stream.shuffle(span(this.papers));
  }

  /** The entries of place p, with their lines; null where the row is stuck. */
  at(place) {
    const row = this.rows[place];
    if (this.stuck.has(row)) return null;
    return this.table[row].map((item, column) => ({ item, line: this.exam.columns[column].line }));
  }

  #choose() {
    return this.exam.lines.flatMap((line) => {
      const { list, count } = line;
      const n = list.length;
      const cells = count * this.papers;
      const deals = Math.max(1, Math.floor(n / cells));
      const stream = new Stream(this.exam.seed, "round", line.number, Math.floor(this.number / deals));
      const v = stream.below(n);
      let q = 0;
      return span(count).map((j) => {
        q = j % 2 === 0 ? (this.number + stream.below(deals)) % deals : deals - 1 - q;
        const u = Math.floor((q * n + v) / deals);
        return span(this.papers).map((m) => list[Math.floor(((j * this.papers + m) * n + u) / cells)]);
      });
    });
  }

  #scatter(columns) {
    columns.forEach((entries, column) =>
      this.stream.shuffle(entries).forEach((item, row) => (this.table[row][column] = item)),
    );
  }

  #level() {
    const uneven = span(this.exam.columns.length).filter((column) =>
      this.table.some((row) => row[column].ease !== this.table[0][column].ease),
    );
    const order = this.stream.shuffle(uneven);
    for (const column of [...order, ...order]) {
      if (this.table.every((_, row) => this.exam.isWellLevel(this.#size(row)))) return;
      counts.levelled++;
      const rest = this.table.map((_, row) => this.#brings(row) - this.#worth(column) * this.table[row][column].ease);
      const rows = span(this.papers).sort((one, other) => rest[one] - rest[other] || one - other);
      const entries = this.table.map((row) => row[column]).sort((one, other) => other.ease - one.ease);
      rows.forEach((row, place) => (this.table[row][column] = entries[place]));
    }
  }

  #part() {
    for (const row of span(this.papers)) {
      for (const column of span(this.exam.columns.length)) {
        const earlier = this.table[row].slice(0, column);
        if (!earlier.some((entry) => clash(entry, this.table[row][column]))) continue;
        if (this.#exchange(row, column)) counts.swaps++;
        else if (this.#replace(row, column)) counts.replacements++;
        else {
          this.stuck.add(row);
          break;
        }
      }
    }
    counts.stuck += this.stuck.size;
  }

  #exchange(row, column) {
    const mine = this.table[row][column];
    const possible = span(this.papers).filter(
      (other) =>
        other !== row && this.#fits(row, column, this.table[other][column]) && this.#fits(other, column, mine),
    );
    const other = least(possible, (other) =>
      Math.max(this.#size(row, column, this.table[other][column]), this.#size(other, column, mine)),
    );
    if (other === undefined) return false;
    this.table[row][column] = this.table[other][column];
    this.table[other][column] = mine;
    return true;
  }

  #replace(row, column) {
    const possible = this.exam.columns[column].line.list.filter((item) => this.#fits(row, column, item));
    const item = least(possible, (item) => this.#size(row, column, item));
    if (item === undefined) return false;
    this.table[row][column] = item;
    return true;
  }

  #mend() {
    for (const row of span(this.papers).filter((row) => !this.stuck.has(row))) {
      for (let round = 0; round < ROUNDS_OF_MENDING && !this.exam.isLevel(this.#size(row)); round++) {
        const better = least(this.#nearby(row), ({ column, item }) => this.#size(row, column, item));
        if (!better || this.#size(row, better.column, better.item) >= this.#size(row)) break;
        this.table[row][better.column] = better.item;
        counts.mended++;
      }
    }
  }

  /** What may stand in a column instead of its entry: for each column the part of its line's list that is its own. */
  *#nearby(row) {
    for (const [column, { line, j }] of this.exam.columns.entries()) {
      const n = line.list.length;
      const own = line.list.slice(Math.floor((j * n) / line.count), Math.ceil(((j + 1) * n) / line.count));
      for (const item of own) if (this.#fits(row, column, item)) yield { column, item };
    }
  }

  #fits(row, column, item) {
    return this.table[row].every((entry, place) => place === column || !clash(entry, item));
  }

  #worth(column) {
    return this.exam.columns[column].line.worth;
  }

  #brings(row) {
    return total(this.table[row].map((item, column) => this.#worth(column) * item.ease));
  }

  /** The size of a row's deviation, or of what it would be with another item in a column. */
  #size(row, column, item) {
    const change = item ? this.#worth(column) * (item.ease - this.table[row][column].ease) : 0;
    return Math.abs(this.#brings(row) + change - this.exam.aim);
  }
}

// --- Plain draw ---

/** The combinations of topic, kind and difficulty in the pool, with their items, by text. */
function cellsOf(pool) {
  const cells = new Map();
  for (const item of pool) {
    const { topic, kind, difficulty } = item;
    const key = JSON.stringify([topic, kind, difficulty]);
    if (!cells.has(key)) cells.set(key, { topic, kind, difficulty, items: [] });
    cells.get(key).items.push(item);
  }
  return [...cells.values()].sort(
    (one, other) =>
      byText(one.topic, other.topic) || byText(one.kind, other.kind) || byText(one.difficulty, other.difficulty),
  );
}

/** How many items each line takes of each cell: shares[line][cell]. */
function shareOut(lines, cells, stream) {
  const shares = lines.map(() => cells.map(() => 0));
  const free = cells.map((cell) => cell.items.length);
  const cellsFor = lines.map((line) => span(cells.length).filter((cell) => accepts(line, cells[cell])));

  const choose = (open) => {
    if (open.length === 1) return open[0];
    let place = stream.below(total(open.map((cell) => free[cell])));
    return open.find((cell) => (place -= free[cell]) < 0);
  };

  /** The shortest chain from this line to a free cell, as steps of a line into a cell, the last one first. */
  const chain = (start) => {
    const reached = new Map([[start, null]]);
    const seen = new Set();
    for (const line of reached.keys()) {
      for (const cell of cellsFor[line].filter((cell) => !seen.has(cell))) {
        seen.add(cell);
        const step = { line, cell, before: reached.get(line) };
        if (free[cell] > 0) return step;
        for (const holder of span(lines.length)) {
          if (shares[holder][cell] > 0 && !reached.has(holder)) reached.set(holder, step);
        }
      }
    }
    throw new Refused("the pool has too few items for the lines");
  };

  for (const [number, line] of lines.entries()) {
    for (let item = 0; item < line.count; item++) {
      const open = cellsFor[number].filter((cell) => free[cell] > 0);
      let step = open.length > 0 ? { line: number, cell: choose(open), before: null } : chain(number);
      free[step.cell]--;
      for (; step.before; step = step.before) {
        shares[step.line][step.cell]++;
        shares[step.line][step.before.cell]--;
        counts.moves++;
      }
      shares[step.line][step.cell]++;
    }
  }
  return shares;
}

/** One plain draw: entries in the order in which they were taken; null when it could not be filled. */
function drawPlainly(exam, stream) {
  const cells = cellsOf(exam.pool);
  const shares = shareOut(exam.lines, cells, stream);
  const piles = cells.map((cell) => stream.picking(cell.items));
  const taken = [];
  counts.plain++;
  for (const line of exam.lines) {
    for (const [cell, pile] of piles.entries()) {
      for (let share = 0; share < shares[line.number][cell]; share++) {
        let next = pile.next();
        while (!next.done && taken.some((entry) => clash(entry.item, next.value))) next = pile.next();
        if (next.done) {
          counts.unfilled++;
          return null;
        }
        taken.push({ item: next.value, line });
      }
    }
  }
  return taken;
}

function drawUntilFilled(exam, stream) {
  for (let draw = 0; draw < TRIES_TO_FILL; draw++) {
    const entries = drawPlainly(exam, stream);
    if (entries) return entries;
  }
  throw new Refused("a paper could not be filled");
}

function drawUntilLevel(exam, stream) {
  const filled = [];
  for (let draw = 0; draw < TRIES_TO_FILL; draw++) {
    const entries = drawPlainly(exam, stream);
    if (entries && exam.isLevel(exam.deviation(entries))) return entries;
    if (entries) filled.push(entries);
  }
  if (filled.length === 0) throw new Refused("a paper could not be filled");
  return least(filled, (entries) => exam.deviation(entries));
}

// --- Paper ---

class Lottery {
  #deals = new Map();

  constructor(exam) {
    this.exam = exam;
  }

  #deal(number) {
    if (!this.#deals.has(number)) this.#deals.set(number, new Deal(this.exam, number));
    return this.#deals.get(number);
  }

  #entries(number, attempt, stream) {
    if (!this.exam.levelled) return drawUntilFilled(this.exam, stream);
    const slot = (number - 1) * this.exam.tries + (attempt - 1);
    const size = this.exam.papersADeal;
    return this.#deal(Math.floor(slot / size)).at(slot % size) ?? drawUntilLevel(this.exam, stream);
  }

  /** The items of a paper; number is the candidate's on the roster. */
  paper(pseudonym, number, attempt) {
    const stream = new Stream(this.exam.seed, "paper", pseudonym, attempt);
    const entries = this.#entries(number, attempt, stream);
    const kinds = [...new Set(this.exam.lines.map((line) => line.kind))];
    const placed = kinds.flatMap((kind) => stream.shuffle(entries.filter(({ line }) => line.kind === kind)));
    return placed.map(({ item, line }, place) => ({
      position: place + 1,
      item: item.digest,
      options: item.kind === "judgement" ? [...item.options] : stream.shuffle(item.options),
      points: line.points,
    }));
  }
}

// --- The bundle ---

const FORMATS = { "examapp-lottery-1": false, "examapp-lottery-2": true, "examapp-lottery-3": true };
const REDUCED = "examapp-lottery-3";

/** Refuses a bundle whose parts do not fit its digests, its commitment or one another. */
function check(bundle) {
  if (!Object.hasOwn(FORMATS, bundle.format)) throw new Refused(`the format ${bundle.format} is not known`);
  const levelled = FORMATS[bundle.format];
  const same = (is, said, what) => {
    if (is !== said) throw new Refused(`${what} is ${is}, the bundle says ${said}`);
  };
  same(/^[0-9a-f]{64}$/.test(bundle.seed), true, "the seed being 32 bytes");
  same(hex(Buffer.from(bundle.seed, "hex")), bundle.seed_commitment, "the commitment to the seed");
  const facts = bundle.pool.map(({ code, digest, ease }) => (levelled ? [code, digest, ease] : [code, digest]));
  same(hex(canonical(facts)), bundle.pool_digest, "the digest of the pool");
  const codes = bundle.pool.map((item) => item.code);
  same(canonical(codes), canonical([...new Set(codes)].sort(byText)), "the order of the pool");
  if (!levelled) return;
  const published = bundle.roster.slice(0, bundle.roster_published);
  same(published.length, bundle.roster_published, "the number of people on the roster");
  same(hex(canonical(published)), bundle.roster_digest, "the digest of the roster");
}

function checkTarget(exam, said) {
  if (!exam.levelled) return;
  const [numerator, denominator] = fraction(said);
  if (numerator * 10000n !== exam.target * denominator) {
    throw new Refused(`the target is ${exam.target}/10000, the bundle says ${said}`);
  }
}

/** The exam with the pool that is left, null where it is too small for the lines. */
function examOf(bundle, pool) {
  const left = { ...bundle, pool };
  return bundle.spec.lines.every((line) => pool.filter((item) => accepts(line, item)).length >= line.count)
    ? new Exam(left)
    : null;
}

/** Takes what was withdrawn out of the pool, one withdrawal after the other, and checks what is said of the rest. */
function afterWithdrawals(announced, bundle) {
  if (bundle.format !== REDUCED) return announced;
  if (!(bundle.withdrawn.length > 0)) throw new Refused("nothing is withdrawn, although the format says so");
  let exam = announced;
  let pool = bundle.pool;
  for (const step of bundle.withdrawn) {
    const gone = new Set(step.items);
    const left = pool.filter((item) => !gone.has(item.digest));
    if (gone.size === 0 || pool.length - left.length !== gone.size) {
      throw new Refused("what was withdrawn did not stand in the pool");
    }
    pool = left;
    const facts = pool.map(({ code, digest, ease }) => [code, digest, ease]);
    if (hex(canonical(facts)) !== step.pool_digest) throw new Refused("the digest of the pool that is left is not as said");
    exam = examOf(bundle, pool);
    if ((exam === null) !== (step.target === null)) throw new Refused("a target is said of a pool that is too small, or none of one that is not");
    if (exam !== null) checkTarget(exam, step.target);
  }
  return exam;
}

function redraw(bundle) {
  check(bundle);
  const announced = new Exam(bundle);
  checkTarget(announced, bundle.target);
  const exam = afterWithdrawals(announced, bundle);
  if (exam === null && bundle.papers.length > 0) throw new Refused("papers were drawn although too few items were left");
  const lottery = new Lottery(exam);
  const numbers = new Map((bundle.roster ?? []).map((pseudonym, place) => [pseudonym, place + 1]));
  return bundle.papers.map(({ candidate, try: attempt }) => {
    const number = numbers.get(candidate) ?? null;
    if (exam.levelled && number === null) throw new Refused(`${candidate} is not on the roster`);
    if (!(attempt >= 1 && attempt <= exam.tries)) throw new Refused(`${candidate} has no try ${attempt}`);
    const items = lottery.paper(candidate, number, attempt);
    return { candidate, number, try: attempt, digest: hex(canonical(items)), items };
  });
}

function main(words) {
  const counting = words.includes("--count");
  const [path] = words.filter((word) => word !== "--count");
  if (!path) throw new Refused("usage: node redraw.mjs [--count] bundle.json");
  const bundle = JSON.parse(readFileSync(path, "utf8"));
  const papers = redraw(bundle);
  process.stdout.write(`${canonical(papers)}\n`);
  const differing = papers.filter((paper, place) => canonical(paper) !== canonical(bundle.papers[place]));
  for (const paper of differing) console.error(`not as drawn: candidate ${paper.candidate}, try ${paper.try}`);
  if (counting) console.error(JSON.stringify(counts));
  return differing.length > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Refused ? `refused: ${error.message}` : error.stack);
  process.exitCode = 2;
}
