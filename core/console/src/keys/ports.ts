/** What commands ask of the parts that are on screen. A part fills its port when it appears. */
const nothing = () => {};

/** Where the focus goes as soon as the ticket that is being opened is there. */
export const wanted: { focus: 'thread' | 'reply' | 'note' | null } = { focus: null };

/** Screens where list and thread take turns. */
export const narrow = () => globalThis.innerWidth < 900;

export const ports = {
  list: {
    focus: nothing as () => void,
    move: nothing as (step: number) => void,
    page: nothing as (direction: 1 | -1) => void,
    edge: nothing as (end: 'first' | 'last') => void,
  },
  thread: {
    focus: nothing as () => void,
    move: nothing as (step: 1 | -1) => void,
    open: nothing as () => void,
    end: nothing as () => void,
    /** The message that stays read when the one under the keys is marked unread; null for all. */
    beforeCurrent: (() => null) as () => string | null,
  },
  composer: {
    focus: nothing as (mode: 'reply' | 'note') => void,
    send: nothing as (thenSolve: boolean) => void,
  },
};
