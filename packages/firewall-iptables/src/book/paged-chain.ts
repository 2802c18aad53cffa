import { type ChainBook, type ChainEdit, type ChainEntry, createChainBook } from './chain-book.js';
import { lowerBound } from './lower-bound.js';

/** A change of a chain or of one of its pages. */
export interface PageEdit {
  /** The name behind the owner's prefix. */
  chain: string;
  edit: ChainEdit;
  /** Whether its rules come from another page or go to one: they stay what they are, with their counters. */
  moves: boolean;
}

/**
 * A chain of which some positions begin a page: a chain of its own for the rules from there to the next page. The chain
 * itself has what comes before its first page, and then only jumps to its pages, in order. So a packet meets the same
 * rules in the same order, and single rules are changed in short chains. Which pages there are depends on what is there
 * now, and not on what was before.
 */
export interface PagedChain {
  /** How many rules the chain itself has, with jumps: none only where its pages have none either. */
  readonly size: number;
  hasPage(name: string): boolean;
  /** The chain and its pages by their names, with the rules of each in order. */
  chains(): Iterable<readonly [name: string, texts: string[]]>;
  /**
   * Gives a position other rules.
   *
   * @param page the name of the page that begins there, if one does; always the same for a position
   */
  put(entry: ChainEntry, page: string | undefined): void;
  /** The same, with the steps for a kernel that has what is in the book. */
  edit(entry: ChainEntry, page: string | undefined): PageEdit[];
}

interface Page {
  start: number;
  name: string;
  book: ChainBook;
}

/** Does what one change of the whole is for one page. */
type WritePage = (page: Page, entries: readonly ChainEntry[], options?: { moves: boolean }) => void;

/** @param inKernel a chain's name there */
export function createPagedChain(name: string, inKernel: (chain: string) => string): PagedChain {
  const pageFrom = (start: number, name: string): Page => ({
    start,
    name,
    book: createChainBook(inKernel(name)),
  });
  const head = pageFrom(Number.NEGATIVE_INFINITY, name);
  /** Those behind the head, in their order. */
  const pages: Page[] = [];
  const names = new Set<string>();

  /** How many pages begin at a position or before. */
  const begunAt = (position: number): number => {
    // Most is put at the end.
    if ((pages.at(-1) ?? head).start <= position) return pages.length;
    return lowerBound(pages.length, (index) => (pages[index] as Page).start > position);
  };

  const change = (entry: ChainEntry, pageName: string | undefined, write: WritePage): void => {
    const [position, texts] = entry;
    const begun = begunAt(position);
    const page = pages[begun - 1] ?? head;
    const isStart = page.start === position;
    if (pageName === undefined || (isStart && texts.length > 0)) write(page, [entry]);
    else if (texts.length > 0) split(begun, entry, pageName, write);
    else if (isStart) join(begun - 1, write);
  };

  /** What follows in a page becomes one of its own. */
  const split = (index: number, entry: ChainEntry, pageName: string, write: WritePage): void => {
    const [start] = entry;
    const [before = head, after] = [pages[index - 1], pages[index]];
    const page = pageFrom(start, pageName);
    pages.splice(index, 0, page);
    names.add(pageName);
    write(page, [entry]);
    move(before.book.between(start, after?.start ?? Number.POSITIVE_INFINITY), before, page, write);
    write(head, [[start, [`-j ${inKernel(pageName)}`]]]);
  };

  /** A page whose first position has no more rules becomes part of the one before. */
  const join = (index: number, write: WritePage): void => {
    const [page] = pages.splice(index, 1) as [Page];
    names.delete(page.name);
    write(page, [[page.start, []]]);
    write(head, [[page.start, []]]);
    move(page.book.between(page.start, Number.POSITIVE_INFINITY), page, pages[index - 1] ?? head, write);
  };

  const move = (entries: readonly ChainEntry[], from: Page, to: Page, write: WritePage): void => {
    if (entries.length === 0) return;
    write(to, entries, { moves: true });
    write(
      from,
      entries.map(([position]) => [position, []]),
      { moves: true },
    );
  };

  return {
    get size() {
      return head.book.size;
    },
    hasPage: (pageName) => names.has(pageName),
    *chains() {
      for (const page of [head, ...pages]) yield [page.name, page.book.texts()] as const;
    },
    put(entry, page) {
      if (page === undefined) (pages[begunAt(entry[0]) - 1] ?? head).book.put(entry);
      else
        change(entry, page, ({ book }, entries) => {
          for (const each of entries) book.put(each);
        });
    },
    edit(entry, page) {
      const edits: PageEdit[] = [];
      change(entry, page, ({ name: chain, book }, entries, { moves } = { moves: false }) => {
        const edit = book.edit(entries);
        edits.push({ chain, moves, edit: moves ? { ...edit, added: 0, removed: 0 } : edit });
      });
      return edits;
    },
  };
}
