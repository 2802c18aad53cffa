import { Graph, layout } from '@dagrejs/dagre';
import type { Survey } from './survey.js';

type Tone = 'world' | 'host' | 'network-0' | 'network-1';

interface Card {
  id: string;
  tone: Tone;
  title: string;
  subtitle: string;
  lines: string[];
}

interface Wire {
  from: string;
  to: string;
  label: string;
  tone: Tone;
}

const line = { height: 19, head: 46, padding: 14, glyph: 7.25 } as const;

/** The network as a drawing: cards joined by wires, in light and dark. */
export function renderSvg(survey: Survey): string {
  const { cards, wires } = drawingOf(survey);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 58, marginx: 28, marginy: 28 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of cards) graph.setNode(card.id, { ...sizeOf(card) });
  for (const { from, to, label } of wires)
    graph.setEdge(from, to, { width: label.length * line.glyph, height: 16, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const body = [
    ...wires.map((wire) => renderWire(wire, placeOf(graph, wire.from), placeOf(graph, wire.to))),
    ...cards.map((card) => renderCard(card, placeOf(graph, card.id))),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-label="The virtual network">
${style}
<rect class="paper" width="100%" height="100%" rx="14"/>
${body.join('\n')}
</svg>
`;
}

function drawingOf(survey: Survey): { cards: Card[]; wires: Wire[] } {
  const cards: Card[] = [
    {
      id: 'outside',
      tone: 'world',
      title: 'outside',
      subtitle: 'the world',
      lines: survey.outside.addresses,
    },
    {
      id: 'host',
      tone: 'host',
      title: 'host',
      subtitle: `${survey.groups.reduce((sum, { rules }) => sum + rules, 0)} rules in ${survey.groups.length} groups`,
      lines: [...survey.host.addresses, ...survey.host.ways],
    },
  ];
  const wires: Wire[] = [{ from: 'outside', to: 'host', label: survey.host.uplink, tone: 'world' }];
  for (const [index, network] of survey.networks.entries()) {
    const tone: Tone = index % 2 === 0 ? 'network-0' : 'network-1';
    cards.push({
      id: network.bridge,
      tone,
      title: network.name,
      subtitle: 'bridge, DHCP, DNS',
      lines: [...network.addresses, network.domain],
    });
    wires.push({ from: 'host', to: network.bridge, label: network.bridge, tone });
    for (const guest of network.guests) {
      const floating = guest.floating === undefined ? [] : [`floating ${guest.floating}`];
      const lease =
        guest.leaseEnds === undefined ? [] : [`lease until ${guest.leaseEnds.toISOString().slice(11, 19)}`];
      cards.push({
        id: guest.port,
        tone,
        title: guest.name,
        subtitle: 'guest',
        lines: [...guest.addresses, guest.mac, ...lease, ...floating],
      });
      wires.push({ from: network.bridge, to: guest.port, label: guest.port, tone });
    }
  }
  return { cards, wires };
}

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

function sizeOf({ title, subtitle, lines }: Card): { width: number; height: number } {
  const longest = Math.max(title.length + subtitle.length + 5, ...lines.map((text) => text.length));
  return {
    width: Math.max(170, longest * line.glyph + 2 * line.padding),
    height: line.head + lines.length * line.height + line.padding,
  };
}

function placeOf(graph: Graph, id: string): Place {
  return graph.node(id) as Place;
}

function renderCard({ tone, title, subtitle, lines }: Card, { x, y, width, height }: Place): string {
  const left = round(x - width / 2);
  const top = round(y - height / 2);
  const rows = lines.map(
    (text, index) =>
      `<text class="value" x="${line.padding}" y="${line.head + 13 + index * line.height}">${escapeXml(text)}</text>`,
  );
  return `<g class="card ${tone}" transform="translate(${left} ${top})">
  <rect class="box" width="${round(width)}" height="${round(height)}" rx="10"/>
  <path class="band" d="M0 34V10a10 10 0 0 1 10-10h${round(width - 20)}a10 10 0 0 1 10 10v24z"/>
  <text class="title" x="${line.padding}" y="23">${escapeXml(title)}</text>
  <text class="subtitle" x="${round(width - line.padding)}" y="22">${escapeXml(subtitle)}</text>
  ${rows.join('\n  ')}
</g>`;
}

function renderWire({ label, tone }: Wire, from: Place, to: Place): string {
  const start = { x: round(from.x), y: round(from.y + from.height / 2) };
  const end = { x: round(to.x), y: round(to.y - to.height / 2) };
  const middle = round((start.y + end.y) / 2);
  const width = round(label.length * 6.6 + 14);
  const at = { x: round((start.x + end.x) / 2), y: middle };
  return `<g class="wire ${tone}">
  <path d="M${start.x} ${start.y}C${start.x} ${middle} ${end.x} ${middle} ${end.x} ${end.y}"/>
  <rect class="tag" x="${round(at.x - width / 2)}" y="${at.y - 10}" width="${width}" height="20" rx="10"/>
  <text class="label" x="${at.x}" y="${at.y + 4}">${escapeXml(label)}</text>
</g>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const style = `<style>
  svg { color-scheme: light dark; --paper: #f6f7f9; --box: #fff; --ink: #1c2733; --soft: #5b6877; --line: #d5dbe2;
    --world: #5b6877; --host: #7048a8; --network-0: #1769c2; --network-1: #1f8a5b; }
  @media (prefers-color-scheme: dark) { svg { --paper: #12171d; --box: #1b222b; --ink: #e6ebf1; --soft: #9aa7b5; --line: #36414e;
    --world: #66758a; --host: #8a63c4; --network-0: #2f7dd8; --network-1: #2a9c69; } }
  .paper { fill: var(--paper); }
  .world { --tone: var(--world); } .host { --tone: var(--host); }
  .network-0 { --tone: var(--network-0); } .network-1 { --tone: var(--network-1); }
  .box { fill: var(--box); stroke: var(--line); }
  .band { fill: var(--tone); }
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  .title { font: 600 14px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #fff; }
  .subtitle { font: 11px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #fff; opacity: .85; text-anchor: end; }
  .value { fill: var(--ink); }
  .wire path { fill: none; stroke: var(--tone); stroke-width: 2; }
  .tag { fill: var(--box); stroke: var(--tone); }
  .label { font-size: 11px; fill: var(--soft); text-anchor: middle; }
</style>`;
