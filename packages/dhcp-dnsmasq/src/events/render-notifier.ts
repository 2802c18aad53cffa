import type { ServerPaths } from '../config/paths.js';
import { FIRST_COUNT, FIRST_SEGMENT, OLDER_SEGMENTS } from './journal-files.js';

/** The longest word that is written: the client id of an option, 255 bytes in hex with colons (RFC 2132, 9.14). */
const LONGEST_WORD = 765;

const digits = (count: number): string => '[0-9]'.repeat(count);
const EPOCH = '[0-9a-f]'.repeat(8);
const SEGMENT = `[1-9]${digits(7)}`;

/**
 * The script that dnsmasq runs at each change of a lease, one at a time, as `ACTION HARDWARE ADDRESS [NAME]`
 * (dnsmasq(8), dhcp-script). It appends a record to the journal and then notes that in the journal's
 * state. But for the removal of a segment that is too old it starts no program of its own, so that it costs no more than
 * the start of a shell.
 *
 * What a guest sends arrives in words and variables and is never read as shell; what has any but harmless letters is
 * left out of the journal. A record has an empty line before it and a dot at its end: one that was cut short, as on a full
 * disk, spoils no other and is taken for none.
 *
 * Called as `notify missed` it notes that events are lost, and as `notify init` it prints the leases of the lease store
 * (dnsmasq(8), leasefile-ro).
 *
 * @param journalEvents how many of the last events are kept at least
 */
export function renderNotifier(paths: ServerPaths, journalEvents: number): string {
  const full = FIRST_COUNT + Math.ceil(journalEvents / OLDER_SEGMENTS);
  return `#!/bin/sh
# Written by dhcp-dnsmasq: tells lease events.
LC_ALL=C
if [ "$1" = init ]; then
  # A store's first line is for us.
  [ -r '${paths.leaseStore}' ] && { read -r epoch && /bin/cat; } < '${paths.leaseStore}'
  exit 0
fi
case $1 in add | old | del | missed) ;; *) exit 0 ;; esac
# Leases that a starting or reloading server has from its file are no news.
[ "$1" = old ] && [ -n "$DNSMASQ_DATA_MISSING" ] && exit 0
cd '${paths.events}' || exit 1

epoch='' segment='' count='' lost=''
[ -r state ] && read -r epoch segment count lost < state
case "$epoch $segment $count $lost" in
  ${EPOCH}' '${SEGMENT}' '[1-9]${digits(6)}' '[01]) ;;
  *)
    # Damaged: goes on behind the last segment.
    for last in journal-*; do :; done
    case $last in
      journal-${EPOCH}-${SEGMENT})
        epoch=\${last#journal-} segment=\${last##*-}
        epoch=\${epoch%-*}
        ;;
      *)
        read -r epoch < /proc/sys/kernel/random/uuid
        epoch=\${epoch%%-*} segment=${FIRST_SEGMENT}
        case $epoch in ${EPOCH}) ;; *) epoch=$(printf %08x $$) ;; esac
        ;;
    esac
    count=${full} lost=1
    ;;
esac

if [ "$count" -ge ${full} ]; then
  segment=$((segment + 1)) count=${FIRST_COUNT}
  oldest=$((segment - ${OLDER_SEGMENTS}))
  # What is not in the store yet is kept.
  stored=''
  [ -r '${paths.leaseStore}' ] && IFS=. read -r stored kept rest < '${paths.leaseStore}'
  case "$stored $kept" in
    "$epoch "${SEGMENT}) [ "$kept" -lt "$oldest" ] && oldest=$kept ;;
  esac
  for old in journal-*; do
    case $old in journal-${EPOCH}-${SEGMENT}) ;; *) continue ;; esac
    [ "\${old##*-}" -lt "$oldest" ] && /bin/rm -f "$old"
  done
fi

record=$1
if [ "$1" != missed ]; then
  for word in "$2" "$3" "$4" "$DNSMASQ_CLIENT_ID" "$DNSMASQ_LEASE_EXPIRES" "$DNSMASQ_IAID" "$DNSMASQ_MAC"; do
    case $word in '' | *[!A-Za-z0-9:._-]*) word=- ;; esac
    [ \${#word} -gt ${LONGEST_WORD} ] && word=-
    record="$record $word"
  done
fi
[ "$lost" = 1 ] && record="missed .
$record"

if printf '\\n%s .\\n' "$record" >> "journal-$epoch-$segment"; then
  count=$((count + 1)) lost=0
else
  lost=1
fi
# In place: that needs no space.
printf '%s %s %s %s\\n' "$epoch" "$segment" "$count" "$lost" 1<> state
`;
}
