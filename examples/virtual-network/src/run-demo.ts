import { buildNetwork, removeNetwork } from './build-network.js';
import { proofs } from './checks/index.js';
import { takeDump } from './dump.js';
import type { Host } from './host.js';
import { type Survey, takeSurvey } from './picture/survey.js';
import { renderSvg } from './picture/svg.js';
import { renderText } from './picture/text.js';
import { createProbe } from './probe.js';
import { hold, type Proof } from './proof.js';
import type { Report } from './report.js';
import { startServices } from './services.js';

/** How the demo is run. */
export interface DemoOptions {
  signal: AbortSignal;
  report: Report;
  /** Called with the drawing while the network is up. */
  drawn: (svg: string) => Promise<void>;
  /** Called when all is proved and everything is still up; the teardown waits for it. */
  beforeTeardown?: () => Promise<void>;
}

/** Builds, proves, shows, takes down; every step's outcome goes to the report. */
export async function runDemo(
  host: Host,
  { signal, report, drawn, beforeTeardown }: DemoOptions,
): Promise<void> {
  const before = await takeDump(host, { with: 'everything' });
  const forwarding = await host.netdev.getForwarding('ipv4');
  let services: Awaited<ReturnType<typeof startServices>> | undefined;
  try {
    await report.step('the network is built', async () => {
      await host.files.makeDirectory(host.directory);
      await buildNetwork(host, signal);
      services = await startServices(host);
      return `two bridges, three guests, DHCP, DNS, NAT by ${host.firewall.name}`;
    });
    const context = {
      host,
      signal,
      probe: createProbe(host, signal),
      rebuild: () => buildNetwork(host, signal),
    };
    for (const proof of proofs) await prove(report, proof, context);
    await show(await takeSurvey(host), report, drawn);
    await beforeTeardown?.();
  } catch (error) {
    // A step that failed is in the report; so is an interruption, by what comes after it.
    if (!signal.aborted) report.failed('the demo', error);
  }
  await report.proof('everything is taken down, and the host is what it was before', async () => {
    await services?.stop();
    await removeNetwork(host, { forwarding });
    await host.files.remove(host.directory);
    const left = before.difference(await takeDump(host, { with: 'everything' }));
    hold(left.length === 0, `left behind: ${left.join('; ')}`);
    return `the same ${Object.keys(before.parts).join(', ')}`;
  });
}

async function prove(report: Report, proof: Proof, context: Parameters<Proof['prove']>[0]): Promise<void> {
  context.signal.throwIfAborted();
  await report.proof(proof.claim, () => proof.prove(context));
}

async function show(survey: Survey, report: Report, drawn: DemoOptions['drawn']): Promise<void> {
  report.picture(survey, renderText(survey));
  await drawn(renderSvg(survey));
}
