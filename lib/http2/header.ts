/** One field line: a lower-case name and a value, one character an octet (a ByteString). */
export type Header = readonly [name: string, value: string];
