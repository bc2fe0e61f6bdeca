// The control API: what a test in another process does with the simulator. JSON in, JSON out; README.md lists it.

import { plainJson } from '../../kit/exact-json.mjs';
import { json } from '../../kit/http-service.mjs';

function state(sim) {
  const pages = [...sim.world.pages.values()].map(({ id, name, fields, disabled, failingSince, tokenState }) => ({
    id,
    name,
    fields: [...fields],
    disabled,
    failingSince,
    tokenState,
  }));
  const customers = [...sim.world.contacts.values()].map(
    ({ psid, page, name, owner, blocked, lastOpenerAt, messages }) => ({
      psid,
      page: page.id,
      name,
      owner,
      blocked,
      lastOpenerAt,
      messages: messages.length,
    }),
  );
  return {
    now: sim.clock.now(),
    gateway: sim.hookUrl,
    pages,
    customers,
    alerts: sim.hooks.alerts,
    summary: sim.ledger.summary(),
  };
}

function setSwitches(sim, { hooks, consequences, limits, usage, humanAgent, proofMode, bareCodes, requests }) {
  for (const [known, wanted] of [
    [sim.hooks.switches, hooks],
    [sim.consequences.switches, consequences],
    [sim.rates.limits, limits],
  ]) {
    for (const name of Object.keys(wanted ?? {})) {
      if (!Object.hasOwn(known, name)) throw new RangeError(`no switch is called "${name}"`);
      known[name] = wanted[name];
    }
  }
  if (usage !== undefined) sim.rates.shownUsage = usage;
  if (humanAgent !== undefined) sim.sendApi.humanAgent = humanAgent;
  if (proofMode !== undefined) sim.graph.proofMode = proofMode;
  if (bareCodes !== undefined) sim.graph.bareCodes = bareCodes;
  if (requests !== undefined) sim.routing.requests = requests;
  return { hooks: sim.hooks.switches, consequences: sim.consequences.switches, limits: sim.rates.limits };
}

function setToken(sim, { page, expire = false, afterSends = 0, why, token = null }) {
  if (token !== null) sim.renewToken(page, token);
  if (expire || afterSends > 0) sim.expireToken(page, { afterSends, why });
  return { page, tokenState: sim.world.page(page).tokenState };
}

function answerText({ status, headers, body, error }) {
  return { status, contentType: headers['content-type'] ?? null, body: body.toString(), error };
}

const COMMANDS = {
  customers: (sim, person) => {
    const { psid, contact } = sim.customer(person);
    return { psid, page: contact.page.id, name: contact.name };
  },
  act: async (sim, { psid, act, args }) => sim.act(sim.world.contact(psid), act, args),
  read: async (sim, { psid, at }) => ({ row: await sim.consequences.read(sim.world.contact(psid), at) }),
  comment: (sim, { psid, args }) => sim.known(psid).comment(args),
  'visitor-post': (sim, { psid, args }) => sim.known(psid).visitorPost(args),
  hold: (sim) => {
    sim.hooks.hold();
    return { held: true };
  },
  release: async (sim, how) => ({ rows: await sim.hooks.release(how) }),
  switches: setSwitches,
  faults: (sim, fault) => {
    sim.faults.add(fault);
    return { planned: true };
  },
  'faults/clear': (sim) => {
    sim.faults.clear();
    return { planned: false };
  },
  drop: (sim, { kind, calls }) => {
    sim.consequences.drop(kind, calls);
    return { dropped: kind };
  },
  token: setToken,
  advance: async (sim, { ms }) => {
    await sim.advance(ms);
    return { now: sim.clock.now() };
  },
  verify: async (sim, question) => answerText(await sim.verify(question)),
  deletion: async (sim, request) => answerText(await sim.requestDeletion(request)),
  raw: async (sim, { body, signature }) => answerText(await sim.hooks.postRaw(body, { signature })),
  'dashboard-test': async (sim, { form }) => answerText(await sim.dashboardTest(form)),
  'ledger/clear': (sim) => {
    sim.ledger.clear();
    return { cleared: true };
  },
};

/** Adds the control API to the service. */
export function serveControl(sim, service) {
  service.route('GET', /\/control\/state/, () => json(200, plainJson(state(sim))));
  service.route('GET', /\/control\/ledger/, ({ query }) => {
    const from = (list, name) => list.slice(Number(query.get(name) ?? 0));
    const { ledger } = sim;
    return json(200, plainJson({ summary: ledger.summary(), in: from(ledger.in, 'in'), out: from(ledger.out, 'out') }));
  });
  for (const [name, run] of Object.entries(COMMANDS)) {
    service.route('POST', new RegExp(`/control/${name}`), async ({ body }) => {
      const args = body.length === 0 ? {} : JSON.parse(body.toString());
      return json(200, plainJson(await run(sim, args)));
    });
  }
}
