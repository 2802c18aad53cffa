import { createAnsweringRunner, namespacePath, type Runner } from 'netdev-exec';
import { runIn } from './agent.js';

/**
 * A runner whose programs are really run, by the agent: the same programs on the same kernel as with that of netdev-exec, which
 * other files of this folder take, at a third of what it takes to start them from here.
 */
export function createSpaceRunner(): Runner {
  return createAnsweringRunner(async ({ argv, stdin, namespace, env = {} }) => {
    const space = namespace === undefined ? '' : namespacePath(namespace).replace('/run/netns/', '');
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const { exitCode, stdout, stderr } = await runIn(
      space,
      settings.length === 0 ? argv : ['env', ...settings, ...argv],
      stdin,
    );
    return exitCode === 127 && /: not found$/m.test(stderr) ? undefined : { exitCode, stdout, stderr };
  });
}
