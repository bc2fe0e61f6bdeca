// What a customer can send: every form of `message` (messenger.md, 3.1). Each act takes ({sim, contact, at}, args)
// and gives what goes out: {field, kind, members, opens, message}; `message` is what the thread keeps.

import { STICKER_IDS } from '../platform/media-store.mjs';
import { newMessageId } from '../platform/signatures.mjs';

const POST_ID = 122104567890123457n;
const REEL_ID = 1203456789012345678n;
const PRODUCT_ID = 6543210987654321098n;

function targetMid(contact, mid, side) {
  if (mid !== undefined && mid !== 'last') return mid;
  const newest = contact.newest(side);
  if (!newest) throw new RangeError(`${contact.name} has no message to point at`);
  return newest.mid;
}

/** The event of a message with the given content. `shown` is what people see of its attachments. */
function message({ contact, at }, content, args = {}, shown = []) {
  const mid = args.mid ?? newMessageId();
  const members = { mid, ...content };
  if (args.replyTo) {
    const replied = targetMid(contact, args.replyTo, 'page');
    const own = contact.message(replied)?.side === 'customer';
    members.reply_to = { mid: replied, is_self_reply: own };
  }
  if (args.referral) members.referral = args.referral;
  if (args.commands) members.commands = args.commands.map((name) => ({ name }));
  return {
    field: 'messages',
    kind: 'message',
    opens: true,
    members: { message: members },
    message: {
      mid,
      side: 'customer',
      at,
      text: content.text ?? null,
      attachments: shown,
      replyTo: members.reply_to?.mid ?? null,
    },
  };
}

function oneFile(type, { sim }, { name, url, file }) {
  if (url) return url;
  return sim.media.url(file ?? sim.media.readyMade(type, name));
}

/** A picture, film, sound or document; `name` chooses a ready-made one, `count` sends several, `url` or `file` any other. */
function files(type) {
  return (context, args) => {
    const names = [args.names ?? Array(args.count ?? 1).fill(args.name)].flat();
    const shown = names.map((name) => ({ type, url: oneFile(type, context, { ...args, name }) }));
    const attachments = shown.map(({ url }) => ({ type, payload: { url } }));
    return message(context, { text: args.text, attachments }, args, shown);
  };
}

function shared(type, usual) {
  return (context, args) => {
    const { url, title, id } = { ...usual, ...args };
    const { idName } = usual;
    const kind = args.ig ? `ig_${type}` : type;
    const attachments = [{ type: kind, payload: { url, title, [idName]: BigInt(id) } }];
    const picture = args.picture ? context.sim.media.url(context.sim.media.readyMade('image', args.picture)) : null;
    return message(context, { text: args.text, attachments }, args, [{ type: kind, url, title, picture }]);
  };
}

export const MESSAGE_ACTS = {
  text: (context, args) => message(context, { text: args.text }, args),

  /** A tap on a quick reply of the Page. */
  quickReply: (context, { title, payload, ...args }) =>
    message(context, { text: title, quick_reply: { payload } }, args),

  image: files('image'),
  photo: files('image'),
  video: files('video'),
  audio: files('audio'),
  file: files('file'),

  /** `era`: "now" (one sticker attachment) or "before" (until 2026-08-30: an image and a sticker for one sticker). */
  sticker: (context, { name = 'thumb', era = 'now', ...args }) => {
    const url = context.sim.media.url(context.sim.media.readyMade('sticker', name));
    const payload = { url, sticker_id: STICKER_IDS[name] };
    const attachments = [{ type: 'sticker', payload }];
    if (era === 'before') attachments.unshift({ type: 'image', payload });
    return message(context, { attachments }, args, [{ type: 'sticker', url, title: name }]);
  },

  location: (context, { lat = 46.8139, long = -71.208, title = 'Québec', ...args }) => {
    const url = `https://www.bing.com/maps/default.aspx?v=2&where1=${lat},${long}`;
    const attachments = [{ type: 'location', title, url, payload: { coordinates: { lat, long } } }];
    return message(context, { attachments }, args, [{ type: 'location', url, title }]);
  },

  /** A link in the text, with the preview that the platform adds. */
  link: (context, { url = 'https://example.org/p', title = 'Example', text = url, ...args }) => {
    const seen = `https://l.facebook.com/l.php?u=${encodeURIComponent(url)}`;
    const attachments = [{ type: 'fallback', payload: { url: seen, title } }];
    return message(context, { text, attachments }, args, [{ type: 'fallback', url, title }]);
  },

  /** A share that the platform does not pass on: a fallback without any payload. */
  unsupportedShare: (context, args) =>
    message(context, { attachments: [{ type: 'fallback' }] }, args, [{ type: 'fallback' }]),

  sharedPost: shared('post', {
    url: 'https://www.facebook.com/reel/1',
    title: 'Maple Outdoors',
    id: POST_ID,
    idName: 'id',
  }),
  reel: shared('reel', { url: 'https://www.facebook.com/reel/2', title: 'Reel', id: REEL_ID, idName: 'reel_video_id' }),

  sharedProduct: (
    context,
    { title = 'Tente Boréale 3', subtitle = '429,00 $', retailerId = 'TEN-BOR-3', picture = 'tent', ...args },
  ) => {
    const imageUrl = context.sim.media.url(context.sim.media.readyMade('image', picture));
    const element = { id: PRODUCT_ID, retailer_id: retailerId, image_url: imageUrl, title, subtitle };
    const attachments = [{ type: 'template', payload: { product: { elements: [element] } } }];
    return message(context, { attachments }, args, [{ type: 'template', url: imageUrl, title }]);
  },

  appointment: (context, { status = 'requested', bookingId = 'bk-1', ...args }) => {
    const start = Math.floor(context.at / 1000) + 86_400;
    const payload = {
      booking_id: bookingId,
      status,
      start_time: start,
      end_time: start + 3600,
      timezone: 'America/Toronto',
    };
    return message(context, { attachments: [{ type: 'appointment_booking', payload }] }, args, [
      { type: 'appointment_booking', title: status },
    ]);
  },

  /** A message begun from a shop page. */
  productMessage: (context, { text, productId = '9007199254740993', ...args }) =>
    message(context, { text }, { ...args, referral: { product: { id: productId } } }),

  /** The first message after a click on an ad: the ad stands inside the message. */
  adMessage: (context, { text, ad = {}, ...args }) => message(context, { text }, { ...args, referral: adReferral(ad) }),

  unknownAttachment: (context, { type = 'hologram', payload = { url: 'https://example.org/h', depth: 3 }, ...args }) =>
    message(context, { text: args.text, attachments: [{ type, payload }] }, args, [{ type }]),
};

/** The referral of an ad click. `number`: the ad's id arrives as a JSON number, as it sometimes does. */
export function adReferral({
  ref = 'spring-26',
  adId = '120209876543210123',
  title = 'Spring sale',
  number = false,
  ...more
} = {}) {
  return {
    ref,
    source: 'ADS',
    type: 'OPEN_THREAD',
    ad_id: number ? BigInt(adId) : adId,
    ads_context_data: {
      ad_title: title,
      photo_url: 'https://scontent.xx.fbcdn.net/ad.jpg',
      post_id: '104857600000123_77',
      ...more,
    },
  };
}

export { targetMid };
