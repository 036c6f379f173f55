/** The symbol that a part of Node keeps something under, by its description; undefined in versions that have none. */
export function symbolOf(of: object, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(of).find(({ description }) => description === name);
}
