// RFC 9113 section 6. END_STREAM is that of DATA and HEADERS, ACK of SETTINGS and PING.

export const ACK = 0x1;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const PRIORITY = 0x20;
