/**
 * Asks every need. A need is a function that throws (with words for a person) when it is not met. It may answer
 * `{ state }` where "ready" is not the whole truth, and further facts for the report.
 *
 * @returns `{ ready, needs: { database: 'ready', redis: 'not simulated' }, …facts }`
 */
export async function checkNeeds(needs) {
  const checked = await Promise.all(Object.entries(needs).map(([name, need]) => checkNeed(name, need)));
  const facts = Object.assign({}, ...checked.map((check) => check.facts));
  const states = Object.fromEntries(checked.map(({ name, state }) => [name, state]));
  return { ready: checked.every(({ isMet }) => isMet), needs: states, ...facts };
}

const patienceMs = 3000;

async function checkNeed(name, need) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer in ${patienceMs / 1000} s`)), patienceMs).unref();
  });
  try {
    const { state = 'ready', ...facts } = (await Promise.race([need(), late])) ?? {};
    return { name, isMet: true, state, facts };
  } catch (error) {
    return { name, isMet: false, state: error.message, facts: {} };
  }
}
