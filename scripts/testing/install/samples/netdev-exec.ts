import { createDryRunRunner, createRunner, type RunResult } from 'netdev-exec';

async function main(): Promise<void> {
  const { exitCode, stdout }: RunResult = await createRunner().run([process.execPath, '-p', '6 * 7']);
  const told: string[] = [];
  await createDryRunRunner({ onCommand: (line) => told.push(line) }).run(['ip', 'link', 'add', 'a b']);
  console.log(exitCode, stdout.trim(), told.join());
}

main();
