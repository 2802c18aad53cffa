import type { LinuxNet } from '../../src/create-linux-net.js';
import { compare } from './compare.js';
import { originalException } from './original-exception.js';
import { parameterNames } from './parameter-names.js';
import type { Call } from './vector.js';

type Callable = (...args: unknown[]) => unknown;

/** Makes one call of a vector, and names what came of it otherwise. */
export async function playCall(net: LinuxNet, call: Call, failures: WeakSet<object>): Promise<string[]> {
  const { fn, returns, raises } = call;
  const target = findFunction(net, fn);
  if (target === undefined) return [`${fn}: there is no such function`];
  const args = positional(call);
  if (typeof args === 'string') return [args];
  try {
    const result: unknown = await target(...args);
    if (raises !== undefined)
      return [`${fn}: it did not raise ${raises}, it returned ${JSON.stringify(result)}`];
    return compare(`${fn} returns`, returns ?? null, result ?? null);
  } catch (error) {
    const name = originalException(error, failures);
    if (raises !== undefined && name === raises) return [];
    const text = error instanceof Error ? error.message : String(error);
    return [`${fn}: it raised ${name} (${text}), not ${raises ?? 'anything'}`];
  }
}

/** `X.method` of a class means a fresh instance. */
function findFunction(net: LinuxNet, path: string): Callable | undefined {
  let owner: unknown;
  let target: unknown = net.linux_net;
  for (const key of path.split('.')) {
    owner = typeof target === 'function' ? new (target as new () => unknown)() : target;
    target = Object(owner)[key];
  }
  return typeof target === 'function'
    ? (...args) => Reflect.apply(target as Callable, owner, args)
    : undefined;
}

/** The arguments in the original's order; a text says why there are none. */
function positional({ fn, args, kwargs }: Call): unknown[] | string {
  if (Object.keys(kwargs).length === 0) return args;
  const names = parameterNames[fn.split('.').at(-1) ?? ''] ?? [];
  if (names === 'keywords-last') return [...args, kwargs];
  const unknown = Object.keys(kwargs).find((name) => !names.includes(name));
  if (unknown !== undefined) return `${fn}: it has no argument ${unknown}`;
  return Array.from(
    { length: Math.max(args.length, ...Object.keys(kwargs).map((name) => names.indexOf(name) + 1)) },
    (_, index) => (index < args.length ? args[index] : kwargs[names[index] ?? '']),
  );
}
