/** The fetch classes to make messages of: the globals, or another set such as those of `@whatwg-node/fetch`. */
export interface FetchAPI {
  readonly Request: typeof Request;
  readonly Response: typeof Response;
  readonly Headers: typeof Headers;
}

/** What headers are made of. Not every runtime's types have a name for it. */
export type HeadersInput = ConstructorParameters<typeof Headers>[0];

/** What the body of a message is made of. */
export type BodyInput = ConstructorParameters<typeof Response>[0];
