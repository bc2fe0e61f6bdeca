/** All icons, one sprite in the page. They are decoration: the words stand beside them or in the control's name. */
const paths = {
  inbox:
    'M3 11l2.2-6.2A1.5 1.5 0 0 1 6.6 4h6.8a1.5 1.5 0 0 1 1.4.8L17 11v4a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM3 11h4l1 2h4l1-2h4',
  person: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  'person-add': 'M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5C3 13.5 5.2 12 8 12c1.3 0 2.5.3 3.4 1M15 10v6M12 13h6',
  'person-none': 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5M13 14l4 4M17 14l-4 4',
  moon: 'M16 12.5A6.5 6.5 0 0 1 7.5 4 6.5 6.5 0 1 0 16 12.5z',
  check: 'M4 10.5l4 4 8-9',
  'check-two': 'M2 10.5l3.5 4 7-9M9.5 13l1.5 1.5 7-9',
  'check-ring': 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.8 10.2l2.2 2.3 4.2-4.8',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.8',
  alert: 'M10 3.5l7.2 12.5H2.8zM10 8.5v3.5M10 14.2v.1',
  lock: 'M5.5 9h9v7h-9zM7 9V6.5a3 3 0 0 1 6 0V9',
  send: 'M3 10l14-6.5-4.5 13L9.5 11zM9.5 11L17 3.5',
  note: 'M5 3.5h7l3.5 3.5v9.5H5zM12 3.5V7h3.5M7.5 10.5h5M7.5 13.5h5',
  reply: 'M8 5L3.5 9.5 8 14M3.5 9.5H12a4.5 4.5 0 0 1 4.5 4.5v1.5',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.3 13.3L17 17',
  filter: 'M3.5 5.5h13M6 10h8M8.500 14.500h3',
  gear: 'M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM10 2.5v2.2M10 15.3v2.2M2.5 10h2.2M15.3 10h2.2M4.7 4.7l1.5 1.5M13.8 13.8l1.5 1.5M4.7 15.3l1.5-1.5M13.8 6.2l1.5-1.5',
  chart: 'M3.5 3.5v13h13M7 13.5v-3M10.5 13.5v-7M14 13.5V9',
  plug: 'M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v3',
  back: 'M12 4.5L6.5 10l5.5 5.5',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  more: 'M4 10h.01M10 10h.01M16 10h.01',
  close: 'M5 5l10 10M15 5L5 15',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.5v.1',
  panel: 'M3 4h14v12H3zM12.5 4v12',
  out: 'M8 4H4v12h4M12.5 6.5L16 10l-3.5 3.5M16 10H8',
  external: 'M8.5 4.5h-4v11h11v-4M11.5 4.5h4v4M15.5 4.5l-6.5 6.500',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3L10 14.3',
  file: 'M5.5 3h6l3 3v11h-9zM11.5 3v3h3',
  image: 'M3 4.5h14v11H3zM3 13l4-4 3.5 3.5 2-2L17 15M13 8.2v.1',
  video: 'M3 5.5h9.5v9H3zM12.5 9l4.5-2.5v7L12.5 11z',
  audio: 'M4 8v4M7 5.5v9M10 3.5v13M13 6.5v7M16 8.5v3',
  pin: 'M10 17.5s5.5-5 5.5-9a5.5 5.5 0 0 0-11 0c0 4 5.5 9 5.5 9zM10 10.3a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
  story: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM8.5 7.5v5l4-2.5z',
  cart: 'M2.5 4h2l2 8.5h8.5L17 6.5H5M8 16.5v.1M14 16.5v.1',
  megaphone: 'M3.5 8.5v3h2.5l7 4v-11l-7 4zM15.5 8a3 3 0 0 1 0 4',
  button: 'M3 7h14v6H3zM6.5 10h7',
  edit: 'M4 16l.7-3L13 4.7l2.3 2.3L7 15.3zM11.5 6.2l2.3 2.3',
  undo: 'M7.5 4.5L4 8l3.5 3.5M4 8h7.5a4.5 4.5 0 0 1 0 9H8',
  tag: 'M3.5 3.5h6.5l6.5 6.5-6.5 6.5L3.5 10zM7 7v.1',
  flag: 'M5 17V3.5M5 4h9.5l-2 3.5 2 3.5H5',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.5h7',
  offline:
    'M3 3l14 14M5 9.5a8 8 0 0 1 2.5-1.7M2.5 7a11 11 0 0 1 3-2M10 5c2.8 0 5.5 1.2 7.5 3M12.5 8.3A7 7 0 0 1 15 9.5M7.5 12.5a3.5 3.5 0 0 1 3.5-.9M10 15.5v.1',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6',
  down: 'M5 8l5 5 5-5',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4.5v11l9-5.5z',
  shield: 'M10 3l6 2v5c0 3.5-2.5 6-6 7-3.5-1-6-3.5-6-7V5z',
  messenger:
    'M10 3c-4 0-7 2.8-7 6.5 0 2 .9 3.7 2.3 4.9V17l2.3-1.3c.7.2 1.5.3 2.4.3 4 0 7-2.8 7-6.5S14 3 10 3zM6.5 11.2l2.7-2.9 1.9 1.9 2.4-1.9',
  instagram:
    'M6.5 3.5h7a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-7a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3zM10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM13.8 6.2v.1',
  tiktok: 'M10.5 3.5v9.3a2.7 2.7 0 1 1-2.7-2.7M10.5 3.5c.3 2.3 1.8 3.8 4.2 4',
  snapchat:
    'M10 3.5c2.5 0 4 1.7 4 4v2l1.8.9-1.5 1.3c.5 1.3 1.5 2 2.7 2.3-.7 1-2 1-2.7 1.2-.6 1-1.5.6-2.3.7-.9.4-1.2.9-2 .9s-1.1-.5-2-.9c-.8-.1-1.7.3-2.3-.7C5 15 3.7 15 3 14c1.2-.3 2.2-1 2.7-2.3L4.2 10.4 6 9.5v-2c0-2.3 1.5-4 4-4z',
  channel: 'M3.5 4.5h13v9h-7L6 16.5v-3H3.5z',
} as const;

export type IconName = keyof typeof paths;

export const Sprite = () => (
  <svg class="sprite" aria-hidden="true">
    {Object.entries(paths).map(([name, d]) => (
      <symbol key={name} id={`i-${name}`} viewBox="0 0 20 20">
        <path d={d} />
      </symbol>
    ))}
  </svg>
);

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" aria-hidden="true" focusable="false">
    <use href={`#i-${name}`} />
  </svg>
);

/** A channel's icon by its plugin; a plugin that is not drawn here gets a speech bubble. */
export const channelIcon = (plugin: string): IconName => (plugin in paths ? (plugin as IconName) : 'channel');
