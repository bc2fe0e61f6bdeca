/** What a component without state of its own draws, as plain elements. */
type Props = Record<string, unknown> & { children?: unknown };

export interface Drawn {
  tag: string;
  props: Props;
  children: (Drawn | string)[];
}

export function draw(node: unknown): (Drawn | string)[] {
  if (node === null || node === undefined || typeof node === 'boolean') return [];
  if (Array.isArray(node)) return node.flatMap(draw);
  if (typeof node !== 'object') return [String(node)];
  const { type, props } = node as { type: string | ((props: Props) => unknown); props: Props };
  if (typeof type === 'function') return draw(type(props));
  return [{ tag: type, props, children: draw(props.children) }];
}

/** The elements of a drawing that satisfy a condition, the outermost first. */
export const every = (drawn: (Drawn | string)[], wanted: (element: Drawn) => boolean): Drawn[] =>
  drawn.flatMap((each) =>
    typeof each === 'string' ? [] : [...(wanted(each) ? [each] : []), ...every(each.children, wanted)],
  );

/** The words in a drawing. */
export const wordsOf = (drawn: (Drawn | string)[]): string =>
  drawn.map((each) => (typeof each === 'string' ? each : wordsOf(each.children))).join('');

/** The names of the icons in a drawing. */
export const iconsOf = (drawn: (Drawn | string)[]): string[] =>
  every(drawn, ({ tag }) => tag === 'use').map(({ props }) => String(props.href).replace('#i-', ''));
