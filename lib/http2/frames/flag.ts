/** The frame flags (RFC 9113 section 6). ACK is SETTINGS' and PING's, END_STREAM that of DATA and HEADERS. */
export const Flag = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;
