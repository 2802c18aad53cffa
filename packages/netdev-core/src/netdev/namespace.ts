/**
 * Another network stack on the same host: a network namespace on Linux, a vnet jail on FreeBSD.
 *
 * - `{ name }`: one made by `ip netns add`, by {@link NetDevDriver.createNamespace}, or a jail's name;
 * - `{ path }`: a file that stands for one: `/proc/4711/ns/net` (Linux);
 * - `{ pid }`: the one that a process lives in (Linux), or the jail of that process (FreeBSD).
 */
export type NamespaceRef = { name: string } | { path: string } | { pid: number };
