import type { LinuxNetContext } from '../context.js';
import { LinuxNetInterfaceDriver } from './interface-driver.js';

/** What the module's own drivers share: the instance that they work for. */
export abstract class HostDriver extends LinuxNetInterfaceDriver {
  protected readonly context: LinuxNetContext;

  constructor(context: LinuxNetContext) {
    super();
    this.context = context;
  }
}
