declare const brandOf: unique symbol;

/** A string that went through the parser of its type. Still a plain string: it prints, compares and serialises as one. */
export type Branded<Name extends string> = string & { readonly [brandOf]: Name };
