// npm run bench [-- PAIRS]: what it costs that one guest changes, where there are few rules and where there are many.
//
// Two hosts in namespaces of their own, one with few and one with many rules; in turn, one guest of each gets another
// security group and the old one back. Run as root, in namespaces of its own: unshare --net --mount. A table on stderr, a
// line of JSON for each comparison on stdout: `ratio` is many divided by few, the median over the pairs.
import { execFileSync } from 'node:child_process';
import { createNftablesFirewall } from 'firewall-nftables';

const SIZES = [100, 10_000, 50_000];
const pairs = Number(process.argv[2] ?? 25);

/** @param {number} index @param {string} group @returns {import('netdev-core').IntentGroup} */
function guest(index, group) {
  const bytes = [index >> 16, (index >> 8) & 255, index & 255];
  const mac = ['02', '00', '5e', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
  const place = { port: `tap${index}`, bridge: 'br0', mac, addresses: [`10.${bytes.join('.')}`] };
  return { key: `guest/${index}`, intents: [{ kind: 'guest', ...place, securityGroups: [group] }] };
}

/** A host with guests until it has so many rules. @param {number} rules */
async function createHost(rules) {
  const name = `bench${rules}`;
  execFileSync('ip', ['netns', 'add', name]);
  const firewall = await createNftablesFirewall({ namespace: { name } });
  for (const group of ['web', 'mail'])
    await firewall.put({
      key: `group/${group}`,
      intents: [
        {
          kind: 'security-group',
          name: group,
          rules: [
            { direction: 'in', protocol: 'tcp', ports: [80, 81] },
            { direction: 'in', remote: { group } },
          ],
        },
      ],
    });
  await firewall.put(guest(1, 'web'));
  const { added: first } = await firewall.apply();
  await firewall.put(guest(2, 'web'));
  const { added: each } = await firewall.apply();
  let guests = 2;
  for (let count = first + each; count < rules; count += each) {
    guests += 1;
    await firewall.put(guest(guests, 'web'));
  }
  await firewall.apply();
  return { name, firewall, guests };
}

/** Milliseconds for a change and for its way back. @param {Awaited<ReturnType<typeof createHost>>} host */
async function change({ firewall, guests }) {
  const start = performance.now();
  for (const group of ['mail', 'web']) {
    await firewall.put(guest(guests, group));
    await firewall.apply();
  }
  return (performance.now() - start) / 2;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const [few = 0, ...more] = SIZES;
const small = await createHost(few);
process.stderr.write('rules    guests  ms      ms at 100  ratio\n');
for (const size of more) {
  const large = await createHost(size);
  const times = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? small : large;
    const one = await change(first);
    const other = await change(first === small ? large : small);
    times.push(first === small ? { few: one, many: other } : { few: other, many: one });
  }
  const ratio = median(times.map((time) => time.many / time.few));
  const oursMs = median(times.map((time) => time.many));
  const theirsMs = median(times.map((time) => time.few));
  const columns = [size, large.guests, oursMs.toFixed(2), theirsMs.toFixed(2), ratio.toFixed(2)];
  process.stderr.write(
    `${columns.map((column, at) => String(column).padEnd([9, 8, 8, 11][at] ?? 0)).join('')}\n`,
  );
  const about = { bench: 'one-guest', case: `${size} rules`, against: `${few} rules` };
  process.stdout.write(`${JSON.stringify({ ...about, ratio, pairs, oursMs, theirsMs })}\n`);
  await large.firewall.close();
  execFileSync('ip', ['netns', 'delete', large.name]);
}
await small.firewall.close();
execFileSync('ip', ['netns', 'delete', small.name]);
