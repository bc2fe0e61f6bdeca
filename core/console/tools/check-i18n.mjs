// The catalogues, checked against each other, against the source and against the typography of French.
// Fails with one line a fault.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const source = new URL('../src/', import.meta.url).pathname;
export const read = (name) => JSON.parse(readFileSync(join(source, 'i18n', name), 'utf8'));

/** Values that are rightly the same in both languages. */
const SAME = new Set([
  'attachment.coordinates',
  'author.system',
  'capability.source',
  'command.with_keys',
  'composer.note',
  'fact.messages_in_one',
  'fact.messages_in_other',
  'kind.image',
  'nav.label',
  'plugin.version',
  'row.comma',
  'row.more_tags',
  'search.messages',
  'thread.label_none',
  'time.day_at',
  'title.counted',
  'title.plain',
  'window.human_short',
  'window.left_short',
]);

const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');
const isPlural = (key) => /_(zero|one|two|few|many|other)$/.test(key);
const base = (key) => key.replace(/_(zero|one|two|few|many|other)$/, '');

export function compareCatalogues(fr, en) {
  const faults = [];
  const categories = { fr: new Intl.PluralRules('fr-CA'), en: new Intl.PluralRules('en-CA') };
  for (const [name, catalogue] of Object.entries({ fr, en })) {
    const wanted = categories[name].resolvedOptions().pluralCategories;
    for (const stem of new Set(Object.keys(catalogue).filter(isPlural).map(base))) {
      const has = Object.keys(catalogue)
        .filter((key) => isPlural(key) && base(key) === stem)
        .map((key) => key.slice(stem.length + 1));
      for (const category of wanted)
        if (!has.includes(category)) faults.push(`${name}.json: ${stem} has no form for "${category}"`);
      for (const category of has)
        if (!wanted.includes(category))
          faults.push(`${name}.json: ${stem} has a form "${category}" that the language does not use`);
    }
    for (const [key, text] of Object.entries(catalogue)) {
      if (typeof text !== 'string' || text === '') faults.push(`${name}.json: ${key} is empty`);
      if (/'/.test(text)) faults.push(`${name}.json: ${key} has a straight apostrophe`);
    }
    const sorted = Object.keys(catalogue).sort();
    if (Object.keys(catalogue).join() !== sorted.join()) faults.push(`${name}.json: keys are not sorted`);
  }
  const plain = (catalogue) =>
    new Set(Object.keys(catalogue).map((key) => (isPlural(key) ? `${base(key)} (plural)` : key)));
  for (const key of plain(fr)) if (!plain(en).has(key)) faults.push(`en.json: ${key} is missing`);
  for (const key of plain(en)) if (!plain(fr).has(key)) faults.push(`fr.json: ${key} is missing`);
  for (const [key, text] of Object.entries(fr)) {
    const other = en[key] ?? en[`${base(key)}_other`];
    if (other === undefined) continue;
    if (placeholders(text) !== placeholders(other))
      faults.push(`${key}: the placeholders differ: ${placeholders(text)} and ${placeholders(other)}`);
    if (en[key] === text && !SAME.has(key))
      faults.push(`${key}: the same in both languages, and not on the list of those that may be`);
  }
  return faults;
}

/** The usage of the Office québécois de la langue française, as far as a pattern can tell. */
export function frenchTypography(fr) {
  const rules = [
    [/ [:%$€»]|« |\d (?:h|min|s|j|o|[kMG]o)(?!\p{L})/u, 'a plain space where a no-break space belongs'],
    [/[^\s\u00a0](?::(?!\/)|[%$€»])(?!\w)/u, 'no space before : % $ € or »'],
    [/[\s\u00a0][;!?]/u, 'a space before ; ! or ?'],
    [/«(?!\u00a0)|(?<!\u00a0)»/u, 'guillemets without a no-break space inside'],
    [/["“”]/u, 'quotation marks that are not guillemets'],
    [/\.\.\./, 'three dots instead of an ellipsis'],
    [
      /(?:^|[.!?] )(?:A (?=personne|moi|jour|venir|reconnecter|propos|bientôt)|Etat|Etiquette|Ecri|Echec|Evén)/u,
      'a capital without its accent',
    ],
    [/\b(?:ticket|inbox|e-?mail)\b/i, 'a word that the glossary has otherwise'],
  ];
  return Object.entries(fr).flatMap(([key, text]) =>
    rules
      .filter(([pattern]) => pattern.test(text.replaceAll(/\{\w+\}/g, '0')))
      .map(([, what]) => `fr.json: ${key}: ${what}: ${text}`),
  );
}

/** Texts in the source that should be in the catalogues, bare numbers in those that are, and keys without a use. */
export function searchSource(files, keys) {
  const faults = [];
  const used = new Set();
  const shown = new Set([
    'aria-label',
    'title',
    'alt',
    'placeholder',
    'aria-description',
    'aria-roledescription',
    'aria-valuetext',
  ]);
  const letters = /\p{L}/u;
  for (const [name, content] of files) {
    const tree = ts.createSourceFile(
      name,
      content,
      ts.ScriptTarget.ES2022,
      true,
      name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    );
    const at = (node) => `${name}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const visit = (node) => {
      if (ts.isStringLiteralLike(node)) used.add(node.text);
      // `priority.${level}` uses every key that begins so.
      if (ts.isTemplateExpression(node) && /^[a-z_]+\./.test(node.head.text))
        for (const key of keys) if (key.startsWith(node.head.text)) used.add(key);
      // A bare number is written as no language writes it; `number` and `plural` know how.
      if (
        ts.isPropertyAssignment(node) &&
        /^(?:count|hours|length|max)$/.test(node.name.getText()) &&
        ts.isCallExpression(node.parent.parent) &&
        node.parent.parent.expression.getText() === 'text' &&
        !/^number\(|\.format\(/.test(node.initializer.getText())
      )
        faults.push(`${at(node)}: ${node.getText()} is not written by number()`);
      if (ts.isJsxText(node) && letters.test(node.text)) faults.push(`${at(node)}: literal text "${node.text.trim()}"`);
      if (
        ts.isJsxExpression(node) &&
        node.expression &&
        ts.isStringLiteralLike(node.expression) &&
        node.parent.kind !== ts.SyntaxKind.JsxAttribute &&
        letters.test(node.expression.text)
      )
        faults.push(`${at(node)}: literal text "${node.expression.text}"`);
      if (
        ts.isJsxAttribute(node) &&
        node.initializer &&
        ts.isStringLiteral(node.initializer) &&
        shown.has(node.name.getText()) &&
        letters.test(node.initializer.text)
      )
        faults.push(`${at(node)}: literal ${node.name.getText()} "${node.initializer.text}"`);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  for (const key of keys)
    if (!used.has(key) && !(isPlural(key) && used.has(base(key)))) faults.push(`${key}: not used in the source`);
  return faults;
}

const sourceFiles = () =>
  readdirSync(source, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.gen.ts'))
    .map((name) => [name, readFileSync(join(source, name), 'utf8')]);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [fr, en] = [read('fr.json'), read('en.json')];
  const faults = [
    ...compareCatalogues(fr, en),
    ...frenchTypography(fr),
    ...searchSource(sourceFiles(), Object.keys(fr)),
  ];
  for (const fault of faults) console.error(fault);
  process.exit(faults.length > 0 ? 1 : 0);
}
