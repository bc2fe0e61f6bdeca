// What a customer says to what the agent wrote: rules that look at the words. Pure but for the memory of what was
// already said, so that nobody says the same thing twice in a row.

const MOST_REPLIES = 14;

/** Lower case, without accents: the form in which rules are matched. */
export function bareWords(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();
}

/** Puts the story's facts into `{order}` and the like. */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (place, name) => facts[name] ?? place);
}

function fillArgs(args, facts) {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? fill(value, facts) : value]),
  );
}

export class Replies {
  #story;
  #common;
  #random;
  #used = new Set();
  #said = new Set();
  #count = 0;
  #closed = false;
  #turn = 0;

  /** @param story a file of people/; @param common replies.json; @param random a Random */
  constructor(story, common, random) {
    this.#story = { facts: {}, answers: [], otherwise: [], ...story };
    this.#common = common[this.#story.language];
    this.#random = random;
  }

  /**
   * What the customer does about a message of the Page: a list of steps {act, args}, empty for nothing.
   * @param message {text, attachments, quickReplies}
   */
  to(message) {
    this.#count += 1;
    if (this.#story.silent || this.#count > MOST_REPLIES) return [];
    const chip = message.quickReplies?.find(({ title }) => title);
    if (chip) return [{ act: 'quickReply', args: { title: chip.title, payload: chip.payload } }];
    if (!message.text) return this.#say(this.#random.pick(this.#common.picture));
    const words = bareWords(message.text);
    return this.#special(words) ?? this.#usual(words) ?? this.#continuation();
  }

  /** The story's own answers come first, each once where it says so. */
  #special(words) {
    const found = this.#story.answers.find(
      (answer) => !this.#used.has(answer) && new RegExp(answer.when, 'u').test(words),
    );
    if (!found) return null;
    if (found.once) this.#used.add(found);
    const steps = this.#say(this.#random.pick(found.say));
    if (found.react) steps.unshift({ act: 'react', args: { reaction: found.react } });
    if (found.then) steps.push(found.then);
    return steps;
  }

  #usual(words) {
    const rule = this.#common.rules.find(({ when }) => new RegExp(when, 'u').test(words));
    if (!rule) return null;
    // Who has said goodbye answers a second one with a heart, not with another goodbye.
    if (rule.closes && this.#closed) return [{ act: 'react', args: { reaction: 'love' } }];
    if (rule.closes) this.#closed = true;
    const said = this.#fresh(rule.say);
    if (!said) return null;
    const steps = this.#say(said);
    if (rule.act) steps.unshift({ act: rule.act, args: fillArgs(rule.args ?? {}, this.#story.facts) });
    return steps;
  }

  #continuation() {
    const own = this.#story.otherwise[this.#turn];
    this.#turn += 1;
    const said = this.#closed ? null : (own ?? this.#fresh(this.#common.otherwise));
    return said ? this.#say(said) : [{ act: 'react', args: { reaction: 'like' } }];
  }

  /** One of `list` that was not said yet; a fact that is asked for again may be told again. */
  #fresh(list) {
    const left = list.filter((text) => text.includes('{') || !this.#said.has(text));
    return left.length > 0 ? this.#random.pick(left) : null;
  }

  #say(text) {
    this.#said.add(text);
    return [{ act: 'text', args: { text: fill(text, this.#story.facts) } }];
  }
}
