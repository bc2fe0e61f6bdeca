// docs/openapi.yaml as the tests use it: which operation a request is, what it may answer, and whether it did.

import { readFileSync } from 'node:fs';
import { SchemaChecker } from './schema.mjs';
import { readYaml } from './yaml.mjs';

export const descriptionFile = new URL('../../../docs/openapi.yaml', import.meta.url);

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];
/** What "default" means: the statuses that the response `Other` speaks of. */
const OTHERS = [400, 405, 413, 415, 429, 500, 503];

class Description {
  constructor(text) {
    this.text = text;
    this.root = readYaml(text);
    this.checker = new SchemaChecker(this.root);
    /** All operations: {method, path (with the base), id, roles, open, parameters, body, responses}. */
    this.operations = Object.entries(this.root.paths).flatMap(([path, item]) => this.#operations(path, item));
    /** Problem types and the statuses that the table in the description allows for them. */
    this.problemStatuses = new Map(
      [...this.root.components.schemas.ProblemType.description.matchAll(/^\| `(\/problems\/[\w-]+|about:blank)` \| ([^|]*) \|/gm)].map(
        ([, type, statuses]) => [type, statuses.match(/\d{3}/g)?.map(Number) ?? []],
      ),
    );
  }

  #operations(path, item) {
    const base = (item.servers ?? this.root.servers)[0].url.replace(/\/$/, '');
    return METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      const pattern = new RegExp(`^${(base + path).replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path: base + path,
        pattern,
        roles: operation['x-roles'],
        open: operation.security?.length === 0,
        parameters: parameters.map((parameter) => this.checker.resolve(parameter)),
        body: operation.requestBody?.content['application/json'].schema ?? null,
        responses: operation.responses,
      };
    });
  }

  schema(name) {
    return { $ref: `#/components/schemas/${name}` };
  }

  find(method, path) {
    const wanted = method === 'HEAD' ? 'GET' : method;
    return this.operations.find((operation) => operation.method === wanted && operation.pattern.test(path));
  }

  /** The methods that a path knows, as `Allow` lists them; empty when there is no such path. */
  methods(path) {
    const known = this.operations.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return known.includes('GET') ? [...known, 'HEAD'] : known;
  }

  /**
   * What is wrong with an answer: a list of sentences.
   * @param request {method, path without query}; @param answer {status, headers, body: Buffer}
   */
  answerProblems({ method, path }, answer) {
    const operation = this.find(method, path);
    if (!operation) return this.#elsewhere({ method, path }, answer);
    const declared = operation.responses[answer.status];
    const response = this.checker.resolve(declared ?? operation.responses.default);
    if (!declared && !(operation.responses.default && OTHERS.includes(answer.status)) && answer.status !== 426)
      return [`status ${answer.status} is not in the description of ${operation.id}`];
    const problems = this.#headerProblems(response, answer);
    if (method === 'HEAD') return answer.body.length === 0 ? problems : [...problems, 'an answer to HEAD has a body'];
    if (!response.content) return answer.body.length === 0 ? problems : [...problems, `a ${answer.status} with a body`];
    return [...problems, ...this.#contentProblems(response.content, answer)];
  }

  /** Away from every described path or method: a problem document, 404 or 405, or 401 before that. */
  #elsewhere({ method, path }, answer) {
    const methods = this.methods(path);
    const wanted = methods.length === 0 ? [404] : [405];
    if (!wanted.includes(answer.status)) return [`status ${answer.status} for ${method} ${path}, wanted ${wanted}`];
    const allowed = (answer.headers.allow ?? '').split(', ').filter(Boolean).sort();
    if (methods.length > 0 && allowed.join() !== [...methods].sort().join())
      return [`Allow is "${answer.headers.allow}", wanted ${methods.sort()}`];
    return this.#contentProblems({ 'application/problem+json': { schema: this.schema('Problem') } }, answer);
  }

  #headerProblems(response, { status, headers }) {
    return Object.entries(response.headers ?? {}).flatMap(([name, header]) => {
      const value = headers[name.toLowerCase()];
      const { schema } = this.checker.resolve(header);
      // Retry-After is promised for every 429 and 503; other headers with their answers.
      if (value === undefined) return [`${status} without ${name}`];
      if (Array.isArray(value)) return [];
      return this.checker.problems(schema, schema.type === 'integer' ? Number(value) : value);
    });
  }

  #contentProblems(content, { status, headers, body }) {
    const type = (headers['content-type'] ?? '').split(';')[0].trim();
    const media = content[type];
    if (!media) return [`${status} with Content-Type "${type}", wanted ${Object.keys(content)}`];
    if (!type.endsWith('json')) return [];
    let value;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch (error) {
      return [`not JSON in UTF-8: ${error.message}`];
    }
    const problems = this.checker.problems(media.schema, value);
    return type === 'application/problem+json' ? [...problems, ...this.#problemProblems(value, status)] : problems;
  }

  #problemProblems(problem, status) {
    const problems = problem.status === status ? [] : [`problem.status ${problem.status} in a ${status}`];
    const statuses = this.problemStatuses.get(problem.type) ?? [];
    return statuses.includes(status) ? problems : [...problems, `${problem.type} with status ${status}, wanted ${statuses}`];
  }

  /** What is wrong with a frame of the live feed. */
  frameProblems(frame) {
    return this.checker.problems(this.schema('LiveFrame'), frame);
  }
}

export const description = new Description(readFileSync(descriptionFile, 'utf8'));
