/** What came with a message. What cannot be shown here is a labelled card, never an empty bubble (C-AT-5). */
import type { Attachment } from '../../api/client';
import { type Key, text } from '../../i18n';
import { fileSize, number } from '../../i18n/format';
import { Icon, type IconName } from '../../ui/icon';

type Kind = Attachment['kind'];

const kinds: Record<Kind, { name: Key; icon: IconName }> = {
  image: { name: 'kind.image', icon: 'image' },
  video: { name: 'kind.video', icon: 'video' },
  audio: { name: 'kind.audio', icon: 'audio' },
  file: { name: 'kind.file', icon: 'file' },
  sticker: { name: 'kind.sticker', icon: 'image' },
  location: { name: 'kind.location', icon: 'pin' },
  share: { name: 'kind.share', icon: 'link' },
  story_mention: { name: 'kind.story_mention', icon: 'story' },
  story_reply: { name: 'kind.story_reply', icon: 'story' },
  post: { name: 'kind.post', icon: 'image' },
  reel: { name: 'kind.reel', icon: 'video' },
  template: { name: 'kind.template', icon: 'cart' },
  link: { name: 'kind.link', icon: 'link' },
  unsupported: { name: 'kind.unsupported', icon: 'info' },
};

export const attachmentName = (kind: string) => text(kinds[kind as Kind]?.name ?? 'kind.unsupported');

/** Only addresses that a browser may open: the gateway's own files, https elsewhere, and http on this machine (a simulated platform). */
export function safeUrl(url: string | null): string | null {
  if (url === null) return null;
  try {
    const { protocol, origin, hostname } = new URL(url, location.origin);
    const local = protocol === 'http:' && hostname === '127.0.0.1';
    return origin === location.origin || protocol === 'https:' || local ? url : null;
  } catch {
    return null;
  }
}

const hostOf = (url: string) => new URL(url, location.origin).host;

export function AttachmentView({ attachment }: { attachment: Attachment }) {
  const { kind, state, name, size, width, height } = attachment;
  const url = safeUrl(attachment.url);
  const label = attachmentName(kind);
  const { icon } = kinds[kind] ?? kinds.unsupported;
  // The page may only load media from the gateway itself; anything else is opened by the reader's own act.
  if (state === 'stored' && url !== null) {
    if (kind === 'image' || kind === 'sticker')
      return (
        <a class={`media ${kind}`} href={url} target="_blank" rel="noopener noreferrer" data-open>
          <img src={url} alt={name ?? label} loading="lazy" width={width ?? 320} height={height ?? 240} />
        </a>
      );
    if (kind === 'video' || kind === 'reel')
      return (
        // biome-ignore lint/a11y/useMediaCaption: customers' own recordings have no captions
        <video class="media" controls preload="metadata" playsInline src={url} aria-label={name ?? label} />
      );
    if (kind === 'audio')
      // biome-ignore lint/a11y/useMediaCaption: same
      return <audio class="media" controls preload="metadata" src={url} aria-label={name ?? label} />;
  }
  const place =
    kind === 'location' && attachment.latitude != null && attachment.longitude != null
      ? text('attachment.coordinates', {
          latitude: number(attachment.latitude, { maximumFractionDigits: 5 }),
          longitude: number(attachment.longitude, { maximumFractionDigits: 5 }),
        })
      : null;
  const detail =
    state === 'expired'
      ? text('attachment.expired')
      : state === 'refused'
        ? text('attachment.refused')
        : kind === 'unsupported'
          ? text('attachment.unsupported', { kind: attachment.remote_kind ?? label })
          : (place ?? (url !== null ? text('attachment.open_on', { host: hostOf(url) }) : text('attachment.no_link')));
  // What cannot be shown is called so; its name is the platform's word, which the detail has.
  const title = kind === 'unsupported' ? label : (name ?? label);
  const words = (
    <>
      <Icon name={icon} />
      <span class="card-words">
        <span class="card-title">{title}</span>
        <span class="card-detail">
          {title !== label && `${label} · `}
          {detail}
          {size !== null && ` · ${fileSize(size)}`}
        </span>
      </span>
    </>
  );
  return url !== null && state !== 'expired' && state !== 'refused' ? (
    <a class="attachment-card" href={url} target="_blank" rel="noopener noreferrer" data-open>
      {words}
      <Icon name="external" />
    </a>
  ) : (
    <div class="attachment-card">{words}</div>
  );
}
