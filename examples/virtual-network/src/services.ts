import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamespaceRef } from 'netdev-core';
import type { Host } from './host.js';
import { guests, host as hostPlan, outside } from './topology.js';

interface Service {
  name: string;
  namespace: NamespaceRef | undefined;
  address: string;
  port: number;
}

const services: readonly Service[] = [
  { name: 'outside', namespace: { name: outside.namespace }, address: outside.httpAddress, port: 80 },
  { name: 'metadata', namespace: undefined, address: '0.0.0.0', port: hostPlan.metadataPort },
  ...guests.map(({ name, namespace }) => ({
    name,
    namespace: { name: namespace },
    address: '0.0.0.0',
    port: 80,
  })),
];

/** The programs of the world, the host and the guests that packets are sent to. */
export interface Services {
  stop(): Promise<void>;
}

/** Starts an HTTP server in every place that has to answer, and waits until each listens. */
export async function startServices(host: Host): Promise<Services> {
  const pids: number[] = [];
  const stop = async (): Promise<void> => {
    for (const pid of pids.splice(0)) await host.runner.signal(pid, 'SIGKILL');
  };
  try {
    const started = await Promise.all(services.map((service) => startService(host, service)));
    pids.push(...started.map(({ pid }) => pid));
    await Promise.all(started.map(({ ready }) => ready));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startService(host: Host, service: Service): Promise<{ pid: number; ready: Promise<void> }> {
  const runner = service.namespace === undefined ? host.runner : host.runner.inNamespace(service.namespace);
  const logFile = join(host.directory, `http-${service.name}.log`);
  const program = fileURLToPath(new URL('./http-server.js', import.meta.url));
  const { pid, exited } = await runner.start(
    [process.execPath, program, service.name, service.address, String(service.port)],
    { logFile },
  );
  if (runner.dryRun) return { pid, ready: Promise.resolve() };
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const ready = (async () => {
    while (!((await host.files.read(logFile)) ?? '').includes('listens on')) {
      if (ended)
        throw new Error(`the HTTP server "${service.name}" ended: ${await host.files.read(logFile)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return { pid, ready };
}
