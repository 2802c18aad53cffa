import type { ServerPaths } from '../config/paths.js';

/** Events in a segment of the journal. There are two, so at least this many of the last ones can be read. */
export const SEGMENT_EVENTS = 512;

/** The files of the journal of a server's lease events. */
export function journalPaths({ events }: ServerPaths): { sequence: string; segments: [string, string] } {
  return { sequence: `${events}/sequence`, segments: [`${events}/journal-0`, `${events}/journal-1`] };
}

/**
 * The script that dnsmasq runs at each change of a lease, one at a time, as `ACTION MAC ADDRESS [NAME]`
 * (dnsmasq(8), dhcp-script). It adds a line to a journal of two files that are written in turn, so that the
 * journal stays small, and then notes the line's number. It starts no program of its own.
 *
 * What a guest sends arrives in variables and is never read as shell; what has any but harmless letters is
 * left out of the journal.
 */
export function renderNotifier(paths: ServerPaths): string {
  return `#!/bin/sh
# Written by dhcp-dnsmasq: tells lease events.
LC_ALL=C
case $1 in add | old | del) ;; *) exit 0 ;; esac
# Leases that a starting or reloading server has from its file are no news.
[ "$1" = old ] && [ -n "$DNSMASQ_DATA_MISSING" ] && exit 0
cd '${paths.events}' || exit 0

n=0
[ -r sequence ] && read -r n < sequence
case $n in 0 | '' | 0* | *[!0-9]* | ????????????????*) n=0 ;; esac
n=$((n + 1))
line=$n
for word in "$1" "$2" "$3" "$4" "$DNSMASQ_CLIENT_ID" "$DNSMASQ_LEASE_EXPIRES"; do
  case $word in '' | *[!A-Za-z0-9:._-]*) word=- ;; esac
  line="$line $word"
done

segment=journal-$((n / ${SEGMENT_EVENTS} % 2))
if [ $((n % ${SEGMENT_EVENTS})) -eq 0 ]; then
  printf '%s\\n' "$line" > $segment
else
  printf '%s\\n' "$line" >> $segment
fi
printf '%s\\n' "$n" > sequence
`;
}
