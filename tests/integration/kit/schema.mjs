// Checks a value against a schema of docs/openapi.yaml. It knows the keywords that stand there; another one is an
// error, so that nothing is left unchecked. Stricter than JSON Schema in one thing: a member that no schema of an
// object with `properties` names is a mistake, since the description is complete.

const NOTHING = new Set(['description', 'examples', 'title', 'default', '$comment']);

const TIME = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const FORMATS = {
  'date-time': (text) => TIME.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  uri: (text) => URL.canParse(text),
  int64: (number) => Number.isSafeInteger(number),
};

const TYPES = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const length = (text) => [...text].length;

/** Each keyword: (argument, value, check) → a sentence when it does not hold. Those with `on` are for that type only. */
const KEYWORDS = {
  type: { holds: (types, value) => [types].flat().some((type) => TYPES[type](value)) },
  enum: { holds: (values, value) => values.some((other) => same(other, value)) },
  const: { holds: same },
  format: { on: (value) => ['string', 'number'].includes(typeof value), holds: (name, value) => FORMATS[name](value) },
  minLength: { on: TYPES.string, holds: (least, value) => length(value) >= least },
  maxLength: { on: TYPES.string, holds: (most, value) => length(value) <= most },
  pattern: { on: TYPES.string, holds: (pattern, value) => new RegExp(pattern, 'u').test(value) },
  minimum: { on: TYPES.number, holds: (least, value) => value >= least },
  maximum: { on: TYPES.number, holds: (most, value) => value <= most },
  minItems: { on: TYPES.array, holds: (least, value) => value.length >= least },
  maxItems: { on: TYPES.array, holds: (most, value) => value.length <= most },
  uniqueItems: { on: TYPES.array, holds: (_, value) => new Set(value.map((item) => JSON.stringify(item))).size === value.length },
  minProperties: { on: TYPES.object, holds: (least, value) => Object.keys(value).length >= least },
  required: { on: TYPES.object, holds: (names, value) => names.every((name) => Object.hasOwn(value, name)) },
};

export class SchemaChecker {
  #root;

  /** @param root the document that `$ref` points into */
  constructor(root) {
    this.#root = root;
  }

  /** What is wrong with `value`: a list of sentences, empty when all is right. */
  problems(schema, value) {
    const found = [];
    this.#whole(schema, value, '', found);
    return found;
  }

  /** The part of the document that a reference names, or the thing itself. */
  resolve(thing) {
    let here = thing;
    while (here?.$ref) {
      here = here.$ref.slice(2).split('/').reduce((part, name) => part[name], this.#root);
      if (here === undefined) throw new Error(`${thing.$ref} points nowhere`);
    }
    return here;
  }

  /** A value with all its members: what no schema named is a mistake. */
  #whole(schema, value, path, found) {
    const named = this.#check(schema, value, path, found);
    if (!named || !TYPES.object(value)) return;
    for (const name of Object.keys(value)) {
      if (!named.has(name)) found.push(`${path}/${name} is not in the description`);
    }
  }

  /** Gives the members that the schema names, or null when it names none. */
  #check(given, value, path, found) {
    const schema = this.resolve(given);
    let named = null;
    const names = (more) => {
      if (more) named = new Set([...(named ?? []), ...more]);
    };
    for (const [keyword, argument] of Object.entries(schema)) {
      if (NOTHING.has(keyword)) continue;
      if (keyword === 'properties') names(this.#members(argument, value, path, found));
      else if (keyword === 'additionalProperties') names(this.#others(schema, value, path, found));
      else if (keyword === 'items') this.#items(argument, value, path, found);
      else if (keyword === 'allOf') for (const part of argument) names(this.#check(part, value, path, found));
      else if (keyword === 'anyOf' || keyword === 'oneOf') names(this.#choice(keyword, argument, value, path, found));
      else if (KEYWORDS[keyword]) {
        const { on, holds } = KEYWORDS[keyword];
        if ((!on || on(value)) && !holds(argument, value))
          found.push(`${path || '/'}: ${keyword} ${JSON.stringify(argument)} does not hold: ${short(value)}`);
      } else throw new Error(`the checker does not know the keyword "${keyword}"`);
    }
    return named;
  }

  #members(properties, value, path, found) {
    if (!TYPES.object(value)) return null;
    for (const [name, schema] of Object.entries(properties)) {
      if (Object.hasOwn(value, name)) this.#whole(schema, value[name], `${path}/${name}`, found);
    }
    return Object.keys(properties);
  }

  #others(schema, value, path, found) {
    if (!TYPES.object(value)) return null;
    const others = Object.keys(value).filter((name) => !Object.hasOwn(schema.properties ?? {}, name));
    if (schema.additionalProperties === false) for (const name of others) found.push(`${path}/${name} must not be there`);
    else if (schema.additionalProperties !== true)
      for (const name of others) this.#whole(schema.additionalProperties, value[name], `${path}/${name}`, found);
    return others;
  }

  #items(schema, value, path, found) {
    if (TYPES.array(value)) for (const [index, item] of value.entries()) this.#whole(schema, item, `${path}/${index}`, found);
  }

  #choice(keyword, schemas, value, path, found) {
    const tries = schemas.map((schema) => {
      const problems = [];
      return { problems, named: this.#check(schema, value, path, problems) };
    });
    const good = tries.filter(({ problems }) => problems.length === 0);
    if (good.length === 0) {
      const nearest = tries.reduce((best, other) => (other.problems.length < best.problems.length ? other : best));
      found.push(`${path || '/'}: fits none of ${keyword}`, ...nearest.problems);
    } else if (keyword === 'oneOf' && good.length > 1) found.push(`${path || '/'}: fits ${good.length} of oneOf`);
    return good.flatMap(({ named }) => (named ? [...named] : []));
  }
}

const short = (value) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};
