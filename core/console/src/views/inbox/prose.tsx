/** Text written by strangers: shown as text, with web addresses made into links. Nothing else is interpreted. */
import type { ComponentChildren } from 'preact';

export type Token = { kind: 'text'; text: string } | { kind: 'link'; text: string; url: string };

/** Cuts a text into words and https or http addresses; punctuation after an address is not part of it. Pure. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'«»]+/giu)) {
    let found = match[0].replace(/[.,;:!?…]+$/u, '');
    // A closing bracket belongs to the address only if it was opened in it.
    while (/[)\]]$/.test(found) && found.split(/[([]/).length < found.split(/[)\]]/).length)
      found = found.slice(0, -1).replace(/[.,;:!?…]+$/u, '');
    if (!URL.canParse(found)) continue;
    if (match.index > from) tokens.push({ kind: 'text', text: text.slice(from, match.index) });
    tokens.push({ kind: 'link', text: found, url: found });
    from = match.index + found.length;
  }
  if (from < text.length) tokens.push({ kind: 'text', text: text.slice(from) });
  return tokens;
}

export const Prose = ({ text }: { text: string }): ComponentChildren =>
  tokenize(text).map((token, at) =>
    token.kind === 'text' ? (
      token.text
    ) : (
      <a key={at} href={token.url} target="_blank" rel="noopener noreferrer nofollow" data-open>
        {token.text}
      </a>
    ),
  );
