import { Graph, layout } from '@dagrejs/dagre';
import type { Survey } from './survey.js';

type Tone = 'world' | 'host' | 'network-0' | 'network-1';

interface Card {
  id: string;
  /** Counted from the top. */
  row: number;
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
  for (const card of cards) graph.setNode(card.id, { width: widthOf(card), height: heightOf(card, cards) });
  for (const { from, to, label } of wires)
    graph.setEdge(from, to, { width: label.length * line.glyph, height: 16, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const bridges = survey.networks.map(({ bridge }) => (graph.node(bridge) as Place).x);
  const turned = (bridges[0] ?? 0) > (bridges.at(-1) ?? 0);
  const place = (id: string): Place => placeOf(graph, id, turned);
  const body = [
    ...wires.map((wire) => renderWire(wire, place(wire.from), place(wire.to))),
    ...cards.map((card) => renderCard(card, place(card.id))),
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
      row: 0,
      tone: 'world',
      title: 'outside',
      subtitle: 'the world',
      lines: survey.outside.addresses,
    },
    {
      id: 'host',
      row: 1,
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
      row: 2,
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
        row: 3,
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

function widthOf({ title, subtitle, lines }: Card): number {
  const longest = Math.max(title.length + subtitle.length + 5, ...lines.map((text) => text.length));
  return Math.max(170, longest * line.glyph + 2 * line.padding);
}

/** As tall as the tallest of its row, so that the cards of a row stand level. */
function heightOf({ row }: Card, cards: readonly Card[]): number {
  const most = Math.max(...cards.filter((card) => card.row === row).map(({ lines }) => lines.length));
  return line.head + most * line.height + line.padding;
}

/** Where a card is, turned about when the layout put the first network last. */
function placeOf(graph: Graph, id: string, turned: boolean): Place {
  const place = graph.node(id) as Place;
  const { width = 0 } = graph.graph() as { width?: number };
  return turned ? { ...place, x: width - place.x } : place;
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
  <path class="line" d="M${start.x} ${start.y}C${start.x} ${middle} ${end.x} ${middle} ${end.x} ${end.y}"/>
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

/** Plain colours in classes: many viewers know no variables. */
const style = `<style>
  .paper { fill: #f6f7f9; }
  .box, .tag { fill: #ffffff; stroke: #d5dbe2; }
  .value { fill: #1c2733; }
  .label { fill: #5b6877; }
  .title, .subtitle { fill: #ffffff; }
  .world .band { fill: #5b6877; } .world .line, .world .tag { stroke: #5b6877; }
  .host .band { fill: #7048a8; }
  .network-0 .band { fill: #1769c2; } .network-0 .line, .network-0 .tag { stroke: #1769c2; }
  .network-1 .band { fill: #1f8a5b; } .network-1 .line, .network-1 .tag { stroke: #1f8a5b; }
  .line { fill: none; stroke-width: 2; }
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  .title { font: 600 14px system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
  .subtitle { font: 11px system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; opacity: .85; text-anchor: end; }
  .label { font-size: 11px; text-anchor: middle; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12171d; }
    .box, .tag { fill: #1b222b; }
    .box { stroke: #36414e; }
    .value { fill: #e6ebf1; }
    .label { fill: #9aa7b5; }
  }
</style>`;
