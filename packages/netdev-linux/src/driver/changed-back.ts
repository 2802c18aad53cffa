import { formerSettings, type Link, type LinkChanges, linkDifference, portSettings } from 'netdev-core';

/** What a link has otherwise than before, of what these changes were about: somebody else may have changed the rest. */
export function changedBack(now: Link, before: Link, changes: LinkChanges): LinkChanges {
  const former = linkDifference(now, formerSettings(before, changes));
  const ofPort = changes.master === undefined ? {} : portSettings(former);
  const names = [...Object.keys(changes), ...Object.keys(ofPort), 'altNames', 'dropAltNames'];
  return Object.fromEntries(Object.entries(former).filter(([name]) => names.includes(name)));
}
