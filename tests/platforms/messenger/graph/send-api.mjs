// POST /{page}/messages: takes a message or refuses it, and lets its consequences follow.

import { newMessageId } from '../platform/signatures.mjs';
import { DAY } from '../platform/world.mjs';
import { GraphError } from './errors.mjs';
import { fetchAttachment } from './media-fetch.mjs';
import { checkContent, checkReplyTo, checkWindow } from './send-rules.mjs';

const PRIVATE_REPLY_WINDOW = 7 * DAY;

export class SendApi {
  /** Whether the app has the HUMAN_AGENT permission. */
  humanAgent = true;
  #sim;

  constructor(sim) {
    this.#sim = sim;
  }

  /**
   * Carries out a call. Gives {value, row, contact, message}: what to answer, and what was kept (null for an action).
   * @param body the request's members; @param file an uploaded file {bytes, type, filename} or null
   */
  async send(page, body, file, row) {
    const { rates, world, clock } = this.#sim;
    checkContent(body, file !== null);
    const kind = body.message?.attachment?.type;
    rates.count(page, kind === 'audio' || kind === 'video' ? 'media' : 'send');
    const { contact, named } = this.#recipient(page, body.recipient ?? {}, row);
    row.customer = contact.psid;
    this.#checkReachable(contact);
    if (body.sender_action) return this.#act(contact, body.sender_action);
    if (named === 'comment_id' || named === 'post_id') rates.countPrivateReply(page);
    rates.countThread(contact);
    if (named === 'id') checkWindow(contact, body, clock.now(), this.humanAgent);
    checkReplyTo(contact, body.reply_to, clock.now());
    const attachments = await this.#attachments(page, body.message, file);
    const message = {
      mid: newMessageId(),
      side: 'page',
      at: clock.now(),
      appId: world.appId,
      text: body.message.text ?? null,
      metadata: body.message.metadata,
      quickReplies: body.message.quick_replies ?? null,
      replyTo: body.reply_to?.mid ?? null,
      attachments,
      deliveredAt: null,
      readAt: null,
    };
    const nameless = named === 'user_ref' || named === 'phone_number';
    const recipient = nameless ? {} : { recipient_id: contact.psid };
    const kept = world.addMessage(contact, message);
    this.#sim.consequences.of(contact, kept);
    return { value: { ...recipient, message_id: message.mid }, contact, message: kept };
  }

  #recipient(page, recipient, row) {
    const { world } = this.#sim;
    const named = ['id', 'user_ref', 'comment_id', 'post_id', 'phone_number'].find((name) => recipient[name]);
    if (!named) throw new GraphError('parameter', '(#100) The parameter recipient is required');
    const id = String(recipient[named]);
    row.recipient = { [named]: id };
    if (named === 'id') {
      const contact = world.contacts.get(id);
      if (!contact || contact.page !== page) throw new GraphError('noUser');
      return { contact, named };
    }
    const link = this.#sim.references.get(`${named} ${id}`);
    if (!link || link.contact.page !== page) throw new GraphError('noUser');
    if (link.at !== undefined && this.#sim.clock.now() - link.at > PRIVATE_REPLY_WINDOW)
      throw new GraphError('outsideWindow');
    if (link.once && link.used) throw new GraphError('parameter', '(#100) a private reply was already sent');
    link.used = true;
    return { contact: link.contact, named };
  }

  #checkReachable(contact) {
    if (contact.blocked) throw new GraphError('blocked');
    if (contact.owner !== null && contact.owner !== this.#sim.world.appId) throw new GraphError('otherOwner');
  }

  #act(contact, action) {
    this.#sim.world.emit('typing', { contact, action });
    return { value: { recipient_id: contact.psid }, contact, message: null };
  }

  async #attachments(page, message, file) {
    const { media, client, clock } = this.#sim;
    if (file) {
      const id = media.add({ bytes: file.bytes, type: file.type, name: file.filename ?? 'file.bin' });
      return [{ type: message.attachment?.type ?? 'file', url: media.url(id) }];
    }
    if (message.template) return [{ type: 'template', template: message.template }];
    if (!message.attachment) return [];
    const { type, payload } = message.attachment;
    if (type === 'template') return [{ type, template: payload }];
    if (payload.attachment_id !== undefined) {
      const known = media.attachment(page, payload.attachment_id);
      if (!known) throw new GraphError('notOwned');
      if (known.kind !== type) throw new GraphError('typeMismatch');
      return [{ type, url: media.url(known.source) }];
    }
    const fetched = await fetchAttachment(client, payload.url, type, clock.scale);
    const url = fetched ? media.url(media.add({ ...fetched, name: `${type}.bin` })) : payload.url;
    const id = payload.is_reusable && fetched ? media.attach(page, type, media.add(fetched)) : undefined;
    return [{ type, url, attachmentId: id }];
  }
}
