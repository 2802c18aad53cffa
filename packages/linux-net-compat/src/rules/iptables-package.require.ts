import { createRequire } from 'node:module';
import { type IptablesPackage, ifInstalled } from './if-installed.js';

/** The same for CommonJS, where a module cannot wait for an import (see tsup.config.ts). */
export const iptablesPackage: IptablesPackage | undefined = load();

function load(): IptablesPackage | undefined {
  try {
    return createRequire(__filename)('firewall-iptables') as IptablesPackage;
  } catch (error) {
    return ifInstalled(error);
  }
}
