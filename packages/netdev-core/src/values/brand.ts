declare const brandOf: unique symbol;

/** A string that went through the parser of its type. Still a plain string: it prints, compares and serialises as one. */
export type Branded<Name extends string> = string & {
  // A map, so that a value can have two brands: two literals under one key would make the type `never`.
  readonly [brandOf]: { readonly [Key in Name]: true };
};
