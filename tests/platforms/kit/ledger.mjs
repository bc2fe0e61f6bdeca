// The book kept outside the product: every event sent to it with the answers seen, every call received from it with
// the words and the time. What is lost, doubled or invented is found by comparing the product with this book.
//
// Answers: A taken (2xx), R refused (4xx), U unknown (no answer, 3xx, 5xx, cut). A wins over U, U over R: what was
// once unanswered may have been stored, whatever was said later.

const WEIGHT = { R: 1, U: 2, A: 3 };

export function answerOf({ status, error }) {
  if (error || !status) return 'U';
  if (status >= 200 && status < 300) return 'A';
  return status >= 400 && status < 500 ? 'R' : 'U';
}

export class Ledger {
  /** Events sent: {id, kind, account, customer, text, timestamp, answer, attempts:[{at, status, error, answer}]}. */
  in = [];
  /** Calls received: {at, route, account, customer, text, status, outcome, id, error, …}. */
  out = [];
  #clock;

  constructor(clock) {
    this.#clock = clock;
  }

  sent(row) {
    const entry = { ...row, sentAt: this.#clock.now(), answer: null, attempts: [] };
    this.in.push(entry);
    return entry;
  }

  answered(entry, { status = null, error = null }) {
    const answer = answerOf({ status, error });
    entry.attempts.push({ at: this.#clock.now(), status, error, answer });
    if (!entry.answer || WEIGHT[answer] > WEIGHT[entry.answer]) entry.answer = answer;
  }

  received(row) {
    const entry = { at: this.#clock.now(), ...row };
    this.out.push(entry);
    return entry;
  }

  /** How many rows have each answer and each outcome. */
  summary() {
    const count = (rows, name) => {
      const totals = {};
      for (const row of rows) totals[row[name] ?? 'none'] = (totals[row[name] ?? 'none'] ?? 0) + 1;
      return totals;
    };
    return { in: count(this.in, 'answer'), out: count(this.out, 'outcome') };
  }

  toJSON() {
    return { summary: this.summary(), in: this.in, out: this.out };
  }

  clear() {
    this.in.length = 0;
    this.out.length = 0;
  }
}
