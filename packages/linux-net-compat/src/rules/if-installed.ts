export type IptablesPackage = typeof import('firewall-iptables');

/** Takes it that the package is not installed; any other reason why it could not be loaded is thrown on. */
export function ifInstalled(error: unknown): undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (isMissing && /'firewall-iptables'/.test(message.split('\n')[0] ?? '')) return undefined;
  throw error;
}
