import Table from 'cli-table3';
import type { Survey } from './survey.js';

interface Branch {
  lines: string[];
  below: Branch[];
}

/** The network as a tree, the leases and the firewall's groups as tables. */
export function renderText(survey: Survey): string {
  return [renderTree(treeOf(survey)).join('\n'), leaseTable(survey), groupTable(survey)].join('\n\n');
}

function treeOf(survey: Survey): Branch {
  return {
    lines: ['outside', ...survey.outside.addresses],
    below: [
      {
        lines: [`host, ${survey.host.uplink}  ${survey.host.addresses.join('  ')}`, ...survey.host.ways],
        below: survey.networks.map(({ name, bridge, addresses, domain, guests }) => ({
          lines: [`${name}, ${bridge}  ${addresses.join('  ')}  ${domain}`],
          below: guests.map((guest) => ({
            lines: [
              `${guest.name}, ${guest.port}  ${guest.addresses.join('  ')}${guest.floating === undefined ? '' : `  floating ${guest.floating}`}`,
            ],
            below: [],
          })),
        })),
      },
    ],
  };
}

function renderTree({ lines, below }: Branch): string[] {
  const [head = '', ...rest] = lines;
  return [
    head,
    ...rest.map((line) => `${below.length > 0 ? '│' : ' '}    ${line}`),
    ...below.flatMap((branch, index) => {
      const last = index === below.length - 1;
      return renderTree(branch).map((line, row) =>
        row === 0 ? `${last ? '└─' : '├─'} ${line}` : `${last ? ' ' : '│'}  ${line}`,
      );
    }),
  ];
}

function leaseTable(survey: Survey): string {
  const table = plainTable(['guest', 'network', 'MAC address', 'address', 'lease ends']);
  for (const network of survey.networks) {
    for (const { name, mac, addresses, leaseEnds } of network.guests) {
      table.push([
        name,
        network.name,
        mac,
        addresses.join(' '),
        leaseEnds === undefined ? '-' : leaseEnds.toISOString().slice(11, 19),
      ]);
    }
  }
  return table.toString();
}

function groupTable(survey: Survey): string {
  const table = plainTable(['firewall group', 'rules', 'packets']);
  for (const { key, rules, packets } of survey.groups) table.push([key, rules, packets]);
  return table.toString();
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [] } });
}
