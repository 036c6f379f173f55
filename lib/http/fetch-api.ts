/** The fetch classes to make messages of: the globals, or another set such as those of `@whatwg-node/fetch`. */
export interface FetchAPI {
  readonly Request: typeof Request;
  readonly Response: typeof Response;
  readonly Headers: typeof Headers;
}
