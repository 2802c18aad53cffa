/** A class whose objects have what `make` answers. */
export function legacyClass<Methods extends object>(make: () => Methods): new () => Methods {
  return class {
    constructor() {
      Object.assign(this, make());
    }
  } as new () => Methods;
}
