/** A token, as a class of characters (RFC 9110 section 5.6.2). */
export const TCHAR = "[\\w!#$%&'*+\\-.^`|~]";
/** tchar and more of it. */
export const TOKEN: RegExp = new RegExp(`^${TCHAR}+$`);
