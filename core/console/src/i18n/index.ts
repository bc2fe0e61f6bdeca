/**
 * Languages. Catalogues are flat JSON files with the same keys, loaded one at a time; `text` and `plural` read a signal,
 * so what is on screen follows a change of language by itself.
 */
import { computed, signal } from '@preact/signals';
import type fr from './fr.json';

export type Language = 'fr' | 'en';
export type Key = keyof typeof fr;
/** Keys that come in the plural categories of a language: the part before `_other`. */
export type PluralKey = Key extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never;
export type Params = Record<string, string | number>;
/** A language without one of the plural categories has no such keys. */
export type Catalogue = Partial<Record<Key, string>>;

const loaders: Record<Language, () => Promise<{ default: Catalogue }>> = {
  fr: () => import('./fr.json'),
  en: () => import('./en.json'),
};

export const language = signal<Language>('fr');
const catalogues = signal<Partial<Record<Language, Catalogue>>>({});
export const locale = computed(() => (language.value === 'fr' ? 'fr-CA' : 'en-CA'));

/** Makes a catalogue available without showing it: the palette searches both languages. */
export async function loadLanguage(wanted: Language): Promise<void> {
  if (catalogues.value[wanted]) return;
  const catalogue = (await loaders[wanted]()).default;
  catalogues.value = { ...catalogues.value, [wanted]: catalogue };
}

export async function setLanguage(wanted: Language): Promise<void> {
  await loadLanguage(wanted);
  language.value = wanted;
  document.documentElement.lang = wanted === 'fr' ? 'fr-CA' : 'en-CA';
}

export const fill = (template: string, params?: Params): string =>
  params ? template.replace(/\{(\w+)\}/g, (place, name: string) => String(params[name] ?? place)) : template;

export const textIn = (wanted: Language, key: Key, params?: Params): string =>
  fill(catalogues.value[wanted]?.[key] ?? key, params);

export const text = (key: Key, params?: Params): string => textIn(language.value, key, params);

const rules: Partial<Record<string, Intl.PluralRules>> = {};

export function pluralCategory(tag: string, count: number): Intl.LDMLPluralRule {
  rules[tag] ??= new Intl.PluralRules(tag);
  return rules[tag].select(count);
}

const numbers: Partial<Record<string, Intl.NumberFormat>> = {};
function numberFormat(tag: string): Intl.NumberFormat {
  numbers[tag] ??= new Intl.NumberFormat(tag);
  return numbers[tag];
}

/** The plural form for `count`; `{count}` in the catalogue is the number as the language writes it. */
export function plural(key: PluralKey, count: number, params?: Params): string {
  const full = `${key}_${pluralCategory(locale.value, count)}` as Key;
  return text(full, { ...params, count: numberFormat(locale.value).format(count) });
}
