// What follows a message that the platform took: its echo, its delivery, its reading. Each can be switched, put off
// or dropped, and the echo may overtake the answer of the send call.

export class Consequences {
  /** `echo`: "after" or "before" the HTTP answer, or "off"; delays in milliseconds of the simulation, null for never. */
  switches = {
    echo: 'after',
    echoDelayMs: 0,
    deliveryDelayMs: 80,
    readDelayMs: 250,
    watermark: 'number',
    mids: true,
    deliveryTimestamp: true,
  };
  #sim;
  #dropped = { echo: 0, delivery: 0, read: 0 };
  #waiting = new Map();

  constructor(sim) {
    this.#sim = sim;
  }

  /** The next `calls` consequences of the kind echo, delivery or read do not come. */
  drop(kind, calls = 1) {
    this.#dropped[kind] += calls;
  }

  /** Lets the consequences of `message` begin. The echo "before" is awaited by beforeAnswer(). */
  of(contact, message) {
    const { clock } = this.#sim;
    const { echo, echoDelayMs } = this.switches;
    if (echo === 'before') this.#waiting.set(message.mid, () => this.#echo(contact, message));
    if (echo === 'after') clock.after(echoDelayMs, () => this.#echo(contact, message));
    this.#later(contact.blocked ? null : this.switches.deliveryDelayMs, () => this.#delivered(contact, message));
  }

  /** Sends the echo that has to come before the answer, and waits until the gateway took it. */
  async beforeAnswer(message) {
    const echo = message && this.#waiting.get(message.mid);
    this.#waiting.delete(message?.mid);
    await echo?.();
  }

  /** The echo of a message that somebody else wrote for the Page: the Page inbox or another app. */
  echoOf(contact, message) {
    return this.#echo(contact, message);
  }

  /** Tells that the person has read everything up to `at`. */
  read(contact, at = this.#sim.clock.now()) {
    const { world, clock } = this.#sim;
    const unread = contact.messages.filter((message) => message.side === 'page' && !message.readAt && message.at <= at);
    for (const message of unread) {
      message.deliveredAt ??= at;
      message.readAt = clock.now();
      world.changed(contact, message, 'read');
    }
    const element = this.#base(contact, clock.now(), { read: { watermark: this.#number(at) } });
    return this.#send(contact, 'message_reads', element, { id: `read ${contact.psid} ${at}`, kind: 'read' });
  }

  #later(delay, run) {
    if (delay !== null) this.#sim.clock.after(delay, run);
  }

  #echo(contact, message) {
    if (this.#skip('echo')) return undefined;
    const { text, metadata, replyTo, mid, appId } = message;
    const attachments = message.attachments.map(echoAttachment);
    const content = { is_echo: true, app_id: BigInt(appId), metadata, mid, text: text ?? undefined };
    if (replyTo) content.reply_to = { mid: replyTo };
    if (attachments.length > 0) content.attachments = attachments;
    const element = {
      sender: { id: contact.page.id },
      recipient: { id: contact.psid },
      timestamp: message.at,
      message: content,
    };
    return this.#send(contact, 'message_echoes', element, { id: mid, kind: 'echo', text });
  }

  #delivered(contact, message) {
    const { world, clock } = this.#sim;
    message.deliveredAt = clock.now();
    world.changed(contact, message, 'delivered');
    const delay = contact.readDelayMs ?? this.switches.readDelayMs;
    if (contact.reads) this.#later(delay, () => this.#readUpTo(contact, message));
    if (this.#skip('delivery')) return undefined;
    const mids = this.switches.mids ? { mids: [message.mid] } : {};
    const delivery = { ...mids, watermark: this.#number(message.at) };
    const element = this.#base(contact, clock.now(), { delivery });
    if (!this.switches.deliveryTimestamp) delete element.timestamp;
    return this.#send(contact, 'message_deliveries', element, { id: `delivery ${message.mid}`, kind: 'delivery' });
  }

  #readUpTo(contact, message) {
    if (message.readAt || this.#skip('read')) return undefined;
    return this.read(contact, message.at);
  }

  #skip(kind) {
    if (this.#dropped[kind] === 0) return false;
    this.#dropped[kind] -= 1;
    return true;
  }

  #number(time) {
    return this.switches.watermark === 'string' ? String(time) : time;
  }

  #base(contact, timestamp, members) {
    return { sender: { id: contact.psid }, recipient: { id: contact.page.id }, timestamp, ...members };
  }

  #send(contact, field, element, row) {
    const ours = contact.owner === null || contact.owner === this.#sim.world.appId;
    const full = { ...row, customer: contact.psid, timestamp: element.timestamp };
    return this.#sim.hooks.send({ page: contact.page, key: ours ? 'messaging' : 'standby', field, element, row: full });
  }
}

/** How an attachment of a sent message looks in its echo. */
function echoAttachment({ type, url, template, title, attachmentId }) {
  if (type === 'fallback') return { type, title, url, payload: null };
  if (type !== 'template') return { type, payload: { url } };
  const payload = structuredClone(template);
  for (const element of payload.elements ?? []) {
    if (element.attachment_id) element.attachment_id = BigInt(element.attachment_id);
  }
  return { type, payload, attachment_id: attachmentId };
}
