import { UnsupportedError } from 'netdev-core';

type SwitchTools = Pick<typeof import('netdev-linux'), 'createOpenVSwitch' | 'createIndigoSwitch'>;

/**
 * How the virtual switches of a host are asked, which is netdev-linux' business; it is needed by those
 * alone who have such a switch.
 *
 * @throws UnsupportedError when it is not installed
 */
export async function switchTools(attempt: { operation: string; object: string }): Promise<SwitchTools> {
  try {
    return await import('netdev-linux');
  } catch (cause) {
    throw new UnsupportedError({
      ...attempt,
      detail: 'virtual switches are spoken to by netdev-linux, which cannot be loaded',
      hint: 'npm install netdev-linux',
      cause,
    });
  }
}
